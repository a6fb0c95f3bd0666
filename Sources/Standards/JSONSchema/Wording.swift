import JSON

/// How messages name values and lists.
enum Wording {
  /// A value in few words: scalars as they are, cut when long, others by their size.
  static func brief(_ value: JSONValue) -> String {
    switch value {
    case .null, .bool: value.serialized()
    case .number(let number): cut(number.lexeme)
    case .string(let text): JSONValue.string(cut(text)).serialized()
    case .array(let values): values.isEmpty ? "an empty array" : "an array of \(values.count)"
    case .object(let object): object.isEmpty ? "an empty object" : "an object of \(count(object.count, "member"))"
    }
  }

  /// `a`, `a or b`, `a, b or c`; long lists are cut.
  static func alternatives(_ words: [String]) -> String {
    let shown = words.count > 12 ? Array(words.prefix(11)) + ["\(words.count - 11) more"] : words
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "nothing" }
    return shown.dropLast().joined(separator: ", ") + " or " + last
  }

  /// A number with its noun in the right form.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  private static func cut(_ text: String) -> String {
    let limit = 60
    guard text.unicodeScalars.count > limit else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
  }
}
