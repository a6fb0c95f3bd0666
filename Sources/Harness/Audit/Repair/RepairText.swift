// Whoever runs a plan must be able to trust what they read, so nothing of a store gets out of the comment or the cell
// that it is shown in.

/// Texts of stores for people, in files that are run or rendered.
enum RepairText {
  /// A text on the one line of a comment, cut at a length.
  static func line(_ text: String, upTo length: Int = 300) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      let isControl = scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
      return isControl || ["\u{2028}", "\u{2029}"].contains(scalar) ? "�" : scalar
    }
    return String(String.UnicodeScalarView(scalars.prefix(length)))
  }

  /// A text within a line of Markdown, as it is (CommonMark 0.31, "Backslash escapes").
  static func markdown(_ text: String) -> String {
    let characters = Array(line(text))
    return characters.indices.reduce(into: "") { result, index in
      let character = characters[index]
      // Between letters an underscore emphasises nothing, and names are full of them.
      let isInWord =
        index > 0 && index + 1 < characters.count && characters[index - 1].isLetter && characters[index + 1].isLetter
      // A colon makes a link of an address.
      let isAddress = character == ":" && index + 1 < characters.count && characters[index + 1] == "/"
      let isSpecial = isAddress || (character == "_" ? !isInWord : "\\`*[]<>|~&$@#".contains(character))
      if isSpecial { result.append("\\") }
      result.append(character)
    }
  }

  /// A text as code in Markdown: between more backquotes than it has itself.
  static func code(_ text: String) -> String {
    let text = line(text, upTo: 4_000)
    var fence = "`"
    while text.contains(fence) { fence += "`" }
    return "\(fence) \(text) \(fence)"
  }
}
