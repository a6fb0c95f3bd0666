// Spark's command line replaces `${…}`, splits statements at semicolons and only then parses, so a text from a contract
// or a configuration could become more than the literal it stands in. Written as a Unicode escape, none of these
// characters is there before the parser reads the literal.

/// Writes texts and names into Spark SQL.
enum SparkText {
  /// A text as a literal (Spark SQL, "Literals", string literal with escapes).
  static func literal(_ text: String) -> String { "'\(escaped(text))'" }

  /// A text as it stands between the quotes of a literal.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "'", "\"", "\\", "$", ";", "`", "\u{0}"..<" ", "\u{7F}": result += escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The path of a column, each name in backquotes (Spark SQL, "Identifiers"); nil when a name cannot be written so.
  static func column(_ names: [String]) -> String? {
    // In an identifier nothing can be escaped but a backquote.
    guard names.allSatisfy({ $0.unicodeScalars.allSatisfy { !";$'\"\\".unicodeScalars.contains($0) && $0 >= " " } })
    else { return nil }
    return names.map { name in
      "`\(name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``"))`"
    }.joined(separator: ".")
  }

  /// A text for a comment that ends with its line.
  static func comment(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.filter { $0 >= " " && !";$'\"`\\".unicodeScalars.contains($0) }))
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
