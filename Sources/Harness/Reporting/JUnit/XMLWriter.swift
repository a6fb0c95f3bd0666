/// Writes XML 1.0 elements, escaping everything that comes from outside.
struct XMLWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var depth = 0

  /// Writes an element with nested elements, or an empty one.
  mutating func element(
    _ name: String, _ attributes: [(name: String, value: String)] = [], content: ((inout XMLWriter) -> Void)? = nil
  ) {
    open(name, attributes)
    guard let content else {
      text += "/>\n"
      return
    }
    text += ">\n"
    depth += 1
    content(&self)
    end(name)
  }

  /// Begins an element with nested elements, so that what it holds can be taken in parts.
  mutating func begin(_ name: String, _ attributes: [(name: String, value: String)] = []) {
    open(name, attributes)
    text += ">\n"
    depth += 1
  }

  /// Ends the element that was begun last.
  mutating func end(_ name: String) {
    depth -= 1
    indent()
    text += "</\(name)>\n"
  }

  /// What was written since it was taken last.
  mutating func take() -> String {
    defer { text = "" }
    return text
  }

  /// Writes an element that holds text only; white space is kept as it is.
  mutating func element(_ name: String, _ attributes: [(name: String, value: String)] = [], text content: String) {
    open(name, attributes)
    text += ">\(Self.escaped(content, inAttribute: false))</\(name)>\n"
  }

  private mutating func open(_ name: String, _ attributes: [(name: String, value: String)]) {
    indent()
    text += "<\(name)"
    for attribute in attributes {
      text += " \(attribute.name)=\"\(Self.escaped(attribute.value, inAttribute: true))\""
    }
  }

  private mutating func indent() { text += String(repeating: "  ", count: depth) }

  /// Escapes text for XML 1.0; characters that XML cannot carry at all become U+FFFD (XML 1.0 §2.2).
  static func escaped(_ text: String, inAttribute: Bool) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"" where inAttribute: result += "&quot;"
      // Attribute values are normalised by parsers: only references keep line breaks and tabs.
      case "\n" where inAttribute: result += "&#10;"
      case "\t" where inAttribute: result += "&#9;"
      case "\r": result += "&#13;"
      case "\u{9}", "\u{A}", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
        result.unicodeScalars.append(scalar)
      default: result += "\u{FFFD}"
      }
    }
    return result
  }
}
