import RFC3339
import RunModel

/// Reads what the services logged while a case ran.
struct LogReader: Sendable {
  let services: [String]
  let clock: any WallClock
  /// Secrets of the whole run: the lines of all suites meet in a service's log.
  let secrets: SecretCatalog
  /// What the ids of all requests of this run begin with.
  let requestMark: String
  let read: @Sendable (_ component: String, _ from: Timestamp, _ to: Timestamp) -> [String]

  /// Lines of a service that a report quotes for one case.
  private static let lineLimit = 20
  /// Characters of a line.
  private static let lengthLimit = 1_000
  /// Times that the log of a service is asked for again while nothing is in it.
  private static let patience = 10

  /// What the services logged since a moment: lines about the case's requests first, then the latest.
  ///
  /// Cases run beside each other, so lines that name a request of another case are left out; lines that name none, such
  /// as the trace of a crash, stay.
  ///
  /// - Parameter waits: gives a service that just died a moment to have its last words read from its pipe.
  func excerpts(from start: Timestamp, mentioning requestIDs: [String], waits: Bool) async -> [LogExcerpt] {
    var excerpts = excerpts(from: start, mentioning: requestIDs)
    var tries = 0
    while waits, excerpts.isEmpty, tries < Self.patience, (try? await Task.sleep(for: .milliseconds(10))) != nil {
      excerpts = self.excerpts(from: start, mentioning: requestIDs)
      tries += 1
    }
    return excerpts
  }

  private func excerpts(from start: Timestamp, mentioning requestIDs: [String]) -> [LogExcerpt] {
    let end = clock.now()
    return services.compactMap { service in
      let own = Self.own(read(service, start, end), mentioning: requestIDs, mark: requestMark)
      let lines = Self.choose(from: own, mentioning: requestIDs)
      return lines.isEmpty ? nil : LogExcerpt(component: service, lines: lines.map(shown))
    }
  }

  /// Lines that name one of these requests, or none of the run.
  static func own(_ lines: [String], mentioning requestIDs: [String], mark: String) -> [String] {
    lines.filter { line in !line.contains(mark) || requestIDs.contains { names(line, $0) } }
  }

  /// Whether a line has the id, and not one that only begins with it.
  private static func names(_ line: String, _ requestID: String) -> Bool {
    line.ranges(of: requestID).contains { range in
      range.upperBound == line.endIndex || !line[range.upperBound].isNumber
    }
  }

  /// Lines in their order; where there are too many, those that name a request go before the latest.
  static func choose(from lines: [String], mentioning requestIDs: [String]) -> [String] {
    guard lines.count > lineLimit else { return lines }
    let named = lines.indices.filter { index in requestIDs.contains { lines[index].contains($0) } }.suffix(lineLimit)
    let chosen = Set(named)
    let latest = lines.indices.reversed().lazy.filter { !chosen.contains($0) }.prefix(lineLimit - named.count)
    return chosen.union(latest).sorted().map { lines[$0] }
  }

  private func shown(_ line: String) -> String {
    let isCut = line.count > Self.lengthLimit
    let text = secrets.redacted(String(line.prefix(Self.lengthLimit)), isCut: isCut)
    return TokenShape.blotted(text) + (isCut ? "…" : "")
  }
}

/// JSON Web Tokens by their shape: a service may log one before any answer has told that it is secret.
enum TokenShape {
  /// The text with everything that looks like a token blotted out.
  static func blotted(_ text: String) -> String {
    guard text.contains("eyJ") else { return text }
    var result = ""
    var rest = Substring(text)
    while let start = rest.firstRange(of: "eyJ") {
      let token = rest[start.lowerBound...].prefix(while: isPart)
      result += rest[..<start.lowerBound]
      result += token.count >= 20 ? Substring(SecretCatalog.blot) : token
      rest = rest[token.endIndex...]
    }
    return result + rest
  }

  private static func isPart(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
  }
}
