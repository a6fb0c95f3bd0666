/// One problem in what a user wrote: where it is, what it is, and what to do about it.
package struct Diagnostic: Sendable, Hashable, Error, CustomStringConvertible {
  /// How grave a diagnostic is; only an `error` stops a file from being used.
  package enum Severity: String, Sendable, Hashable, CaseIterable {
    case error, warning, note
  }

  /// How grave it is.
  package let severity: Severity
  /// Where it is, when it has a place in a file.
  package let location: SourceLocation?
  /// What is wrong, in one sentence without a full stop.
  package let message: String
  /// What the user can do about it, in one sentence.
  package let remedy: String?

  /// Describes a problem.
  package init(
    severity: Severity = .error, location: SourceLocation?, message: String, remedy: String? = nil
  ) {
    self.severity = severity
    self.location = location
    self.message = message
    self.remedy = remedy
  }

  /// The problem on one line, and the remedy indented below it.
  package var description: String { rendered(source: nil) }

  /// The problem as a compiler prints it: with the line of the source and a caret below the place.
  ///
  /// - Parameter source: the text of the file that `location` names; `nil` leaves the excerpt out.
  package func rendered(source: String?) -> String {
    var lines: [String] = []
    let place = location.map { "\($0): " } ?? ""
    lines.append("\(place)\(severity.rawValue): \(message)")
    if let location, let source, let excerpt = Diagnostic.excerpt(of: source, at: location) {
      lines.append(contentsOf: excerpt)
    }
    if let remedy { lines.append("  \(remedy)") }
    return lines.joined(separator: "\n")
  }

  /// The widest part of a source line that is shown; a longer one (minified JSON) is cut around the column.
  private static let maximumExcerptWidth = 100

  private static func excerpt(of source: String, at location: SourceLocation) -> [String]? {
    let lines = source.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard location.line >= 1, location.line <= lines.count else { return nil }
    var scalars = Array(lines[location.line - 1])
    if scalars.last == "\r" { scalars.removeLast() }
    var caret = min(max(location.column - 1, 0), scalars.count)
    var prefix = "", suffix = ""
    if scalars.count > maximumExcerptWidth {
      let start = max(0, min(caret - maximumExcerptWidth / 2, scalars.count - maximumExcerptWidth))
      let end = min(start + maximumExcerptWidth, scalars.count)
      prefix = start > 0 ? "…" : ""
      suffix = end < scalars.count ? "…" : ""
      scalars = Array(scalars[start..<end])
      caret -= start
    }
    // Tabs stay tabs below, so that the caret lines up whatever width the terminal gives them.
    let pad = String(String.UnicodeScalarView(scalars[..<caret].map { $0 == "\t" ? "\t" : " " }))
    let text = prefix + String(String.UnicodeScalarView(scalars)) + suffix
    let number = String(location.line)
    let gutter = String(repeating: " ", count: number.count)
    return ["  \(number) | \(text)", "  \(gutter) | \(prefix.isEmpty ? "" : " ")\(pad)^"]
  }
}

/// Everything that was wrong with a file, thrown where no part of it can be used.
package struct DiagnosticList: Error, Sendable, CustomStringConvertible {
  /// The problems, in the order in which they were found.
  package var diagnostics: [Diagnostic]

  /// Collects problems.
  package init(_ diagnostics: [Diagnostic] = []) { self.diagnostics = diagnostics }

  /// Whether at least one problem is an error.
  package var hasErrors: Bool { diagnostics.hasErrors }

  /// The problems, one after the other.
  package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

extension Sequence<Diagnostic> {
  /// Whether at least one problem is an error.
  package var hasErrors: Bool { contains { $0.severity == .error } }

  /// The problems in reading order: by file, line and column; those without a place come first.
  package func inReadingOrder() -> [Diagnostic] {
    enumerated().sorted { left, right in
      switch (left.element.location, right.element.location) {
      case (let first?, let second?) where first != second: first < second
      case (nil, .some): true
      case (.some, nil): false
      default: left.offset < right.offset
      }
    }.map(\.element)
  }
}
