import HTTP

/// Asks a service for a path, as its clients will.
struct HTTPProbe: Sendable {
  let http: HTTPClient
  let url: String
  let accepts: @Sendable (Int) -> Bool

  /// One look.
  func attempt() async -> ProbeOutcome {
    let request = HTTPRequest(
      url: url, timeout: .seconds(3), connectTimeout: .seconds(1), maximumBodyBytes: 4 << 10, bodyOverflow: .truncate)
    do {
      let response = try await http.send(request)
      if accepts(response.status) { return .ready }
      let body = String(decoding: response.body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline)
      return .notYet("\(url) answered \(response.status)\(body.isEmpty ? "" : ": \(body.joined(separator: " "))")")
    } catch {
      return .notYet("\(url): \(error.message)")
    }
  }
}
