/// Path of a field: names from the outside in.
package struct FieldPath: Sendable, CustomStringConvertible {
  /// At least one name; none is empty.
  package let segments: [String]

  /// The pseudo field that stands for the document's name in queries.
  package static let documentID = FieldPath(unchecked: ["__name__"])

  /// Takes names as they are: nothing is split or unquoted.
  ///
  /// - Throws: When there is no name or an empty one.
  package init(_ segments: [String]) throws(FirestoreFormatError) {
    guard !segments.isEmpty, !segments.contains("") else {
      throw FirestoreFormatError("A field path needs at least one name, and no name may be empty.")
    }
    self.segments = segments
  }

  init(unchecked segments: [String]) {
    self.segments = segments
  }

  /// Reads `a.b`, with names outside `[A-Za-z_][A-Za-z0-9_]*` in backquotes, where `\` escapes a backquote or itself.
  ///
  /// - Throws: When a name is empty, unquoted but not simple, or a quote does not end.
  package init(parsing text: String) throws(FirestoreFormatError) {
    var segments: [String] = []
    let bytes = Array(text.utf8)
    var index = 0
    repeat {
      if index > 0 { index += 1 }
      segments.append(try FieldPath.segment(in: bytes, at: &index, of: text))
      guard index == bytes.count || bytes[index] == UInt8(ascii: ".") else {
        throw FieldPath.invalid(text)
      }
    } while index < bytes.count
    self.segments = segments
  }

  /// Whether this is ``documentID``, told faster than by comparing.
  package var isDocumentID: Bool { segments.count == 1 && segments[0] == "__name__" }

  /// The text that ``init(parsing:)`` reads back.
  package var description: String { segments.map(FieldPath.quoted).joined(separator: ".") }

  /// Whether this path is `other` or lies inside it.
  package func hasPrefix(_ other: FieldPath) -> Bool {
    segments.count >= other.segments.count && zip(segments, other.segments).allSatisfy { UTF8Order.equal($0, $1) }
  }

  private static func segment(in bytes: [UInt8], at index: inout Int, of text: String) throws(FirestoreFormatError)
    -> String
  {
    guard index < bytes.count else { throw invalid(text) }
    guard bytes[index] == UInt8(ascii: "`") else {
      let start = index
      while index < bytes.count, isSimple(bytes[index], first: index == start) { index += 1 }
      guard index > start else { throw invalid(text) }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }
    var name: [UInt8] = []
    index += 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "`") {
      if bytes[index] == UInt8(ascii: "\\") { index += 1 }
      guard index < bytes.count else { throw invalid(text) }
      name.append(bytes[index])
      index += 1
    }
    guard index < bytes.count, !name.isEmpty else { throw invalid(text) }
    index += 1
    return String(decoding: name, as: UTF8.self)
  }

  private static func isSimple(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
    default: false
    }
  }

  private static func quoted(_ name: String) -> String {
    if name.utf8.enumerated().allSatisfy({ isSimple($0.element, first: $0.offset == 0) }) { return name }
    var output = "`"
    for character in name.unicodeScalars {
      if character == "`" || character == "\\" { output.unicodeScalars.append("\\") }
      output.unicodeScalars.append(character)
    }
    return output + "`"
  }

  private static func invalid(_ text: String) -> FirestoreFormatError {
    FirestoreFormatError(
      "Invalid property path \"\(text)\". Unquoted property names must match [a-zA-Z_][a-zA-Z_0-9]*, "
        + "others need backquotes."
    )
  }
}

extension FieldPath: Hashable, Comparable {
  /// Whether both paths are the same names, by bytes.
  package static func == (left: FieldPath, right: FieldPath) -> Bool {
    left.segments.count == right.segments.count && left.hasPrefix(right)
  }

  /// Lexicographic by name, each by its UTF-8 bytes: the order in which implicit sort fields are added to a query.
  package static func < (left: FieldPath, right: FieldPath) -> Bool {
    for (first, second) in zip(left.segments, right.segments) {
      let result = UTF8Order.compare(first, second)
      if result != 0 { return result < 0 }
    }
    return left.segments.count < right.segments.count
  }

  /// Feeds the names into a hasher.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(segments)
  }
}
