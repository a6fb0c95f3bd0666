/// A path with variables, such as `/users/{uid}/sessions` (OAS 3.1.1 section 4.4.1).
package struct PathTemplate: Sendable, Hashable, CustomStringConvertible {
  /// A part of one segment.
  package enum Part: Sendable, Hashable {
    case literal(String)
    case variable(String)
  }

  /// The template as written.
  package let description: String
  /// The parts of each segment between slashes; `/` has one empty segment.
  package let segments: [[Part]]

  /// Reads a template; a brace that is never closed is literal.
  package init(_ text: String) {
    description = text
    let body = text.hasPrefix("/") ? text.dropFirst() : Substring(text)
    segments = body.split(separator: "/", omittingEmptySubsequences: false).map(PathTemplate.parts)
  }

  /// The names of the variables, in order.
  package var variables: [String] {
    segments.joined().compactMap { part in
      if case .variable(let name) = part { name } else { nil }
    }
  }

  /// The template with the names of its variables left out: two equal ones match the same paths.
  package var signature: String {
    segments.map { segment in
      segment.map { part in
        if case .literal(let text) = part { text } else { "{}" }
      }.joined()
    }.joined(separator: "/")
  }

  /// The values of the variables when the path fits, percent-decoded; `nil` when it does not.
  ///
  /// A variable takes at least one character and never a slash, not even an encoded one's neighbour: the path is split
  /// before it is decoded.
  package func match(_ path: String) -> [String: String]? {
    Self.parts(ofPath: path).flatMap(match)
  }

  /// What is between the slashes of a path; nil for a text that is none.
  static func parts(ofPath path: String) -> [Substring]? {
    let raw = path.prefix { $0 != "?" && $0 != "#" }
    guard raw.hasPrefix("/") else { return nil }
    return raw.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
  }

  /// The same for the parts of a path between its slashes.
  func match(_ parts: [Substring]) -> [String: String]? {
    guard parts.count == segments.count else { return nil }
    // Most templates are ruled out by a word, without anything being decoded.
    for (segment, part) in zip(segments, parts) {
      guard segment.count == 1, case .literal(let text) = segment[0] else { continue }
      guard part.utf8.elementsEqual(text.utf8) || part.utf8.contains(UInt8(ascii: "%")) else { return nil }
    }
    var values: [String: String] = [:]
    for (segment, part) in zip(segments, parts) {
      guard let text = FileURI.decoded(part), Self.match(segment[...], Substring(text), into: &values) else {
        return nil
      }
    }
    return values
  }

  /// Whether this template is to be tried before another: at the first difference, the more literal segment wins.
  package func isMoreConcrete(than other: PathTemplate) -> Bool {
    for (own, others) in zip(segments, other.segments) {
      let left = Self.variableCount(own), right = Self.variableCount(others)
      // Fewer variables first; among equals, more literal text: `{name}.json` before `{name}`.
      if left != right { return left < right }
      let leftText = Self.literalLength(own), rightText = Self.literalLength(others)
      if leftText != rightText, left > 0 { return leftText > rightText }
    }
    return false
  }

  private static func parts(of segment: Substring) -> [Part] {
    var parts: [Part] = []
    var literal = ""
    var rest = segment
    while let character = rest.first {
      if character == "{", let end = rest.firstIndex(of: "}"), rest.index(after: rest.startIndex) < end {
        if !literal.isEmpty { parts.append(.literal(literal)) }
        literal = ""
        parts.append(.variable(String(rest[rest.index(after: rest.startIndex)..<end])))
        rest = rest[rest.index(after: end)...]
      } else {
        literal.append(character)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty { parts.append(.literal(FileURI.decoded(literal) ?? literal)) }
    return parts
  }

  private static func match(_ parts: ArraySlice<Part>, _ text: Substring, into values: inout [String: String]) -> Bool {
    guard let part = parts.first else { return text.isEmpty }
    let rest = parts.dropFirst()
    switch part {
    case .literal(let literal):
      return text.hasPrefix(literal) && match(rest, text.dropFirst(literal.count), into: &values)
    case .variable(let name):
      if rest.isEmpty {
        guard !text.isEmpty else { return false }
        values[name] = String(text)
        return true
      }
      var end = text.startIndex
      while end < text.endIndex {
        text.formIndex(after: &end)
        var attempt = values
        attempt[name] = String(text[..<end])
        if match(rest, text[end...], into: &attempt) {
          values = attempt
          return true
        }
      }
      return false
    }
  }

  private static func variableCount(_ segment: [Part]) -> Int {
    segment.count { if case .variable = $0 { true } else { false } }
  }

  private static func literalLength(_ segment: [Part]) -> Int {
    segment.reduce(0) { sum, part in if case .literal(let text) = part { sum + text.count } else { sum } }
  }
}
