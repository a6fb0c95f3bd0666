internal import HTTP

/// How long an answer may be kept, as its server says (RFC 9111 section 4.2.1), within bounds of ours.
enum CacheLifetime {
  /// The least: a server that forbids keeping must not be asked once per token.
  static let shortest: Int64 = 60
  /// The most: a mistake of the server must not outlive a day.
  static let longest: Int64 = 24 * 3_600

  /// The seconds that are left of `max-age` after the time that the answer already spent in caches.
  static func seconds(_ headers: HTTPHeaders) -> Int64 {
    let age = headers["Age"].flatMap { Int64($0) }.map { max(0, $0) } ?? 0
    let left = maximumAge(headers).map { $0.subtractingReportingOverflow(age).partialValue } ?? 0
    return min(max(left, shortest), longest)
  }

  private static func maximumAge(_ headers: HTTPHeaders) -> Int64? {
    for directive in headers.values("Cache-Control").flatMap({ $0.split(separator: ",") }) {
      let parts = directive.split(separator: "=", maxSplits: 1).map { part in
        part.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
      }
      guard parts.count == 2, parts[0].lowercased() == "max-age" else { continue }
      // Digits without end are more than any bound.
      guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return Int64(parts[1]) ?? .max
    }
    return nil
  }
}
