/// Writes HTML elements; text and attribute values are always escaped, so nothing from outside becomes markup.
struct HTMLWriter {
  /// The elements without end tag that the report uses (HTML Standard §13.1.2).
  private static let voidElements: Set<String> = ["meta", "br", "hr", "col"]

  private(set) var markup = ""

  /// An attribute; nil leaves it out, the empty text writes its name only.
  typealias Attribute = (name: String, value: String?)

  /// Writes an element with nested content.
  mutating func element(_ name: String, _ attributes: [Attribute] = [], content: (inout HTMLWriter) -> Void) {
    begin(name, attributes)
    content(&self)
    if !Self.voidElements.contains(name) { end(name) }
  }

  /// Ends the element that was begun last.
  mutating func end(_ name: String) { markup += "</\(name)>" }

  /// What was written since it was taken last.
  mutating func take() -> String {
    defer { markup = "" }
    return markup
  }

  /// Writes an element that holds text.
  mutating func element(_ name: String, _ attributes: [Attribute] = [], text: String) {
    element(name, attributes) { $0.text(text) }
  }

  /// Writes an element without content.
  mutating func element(_ name: String, _ attributes: [Attribute] = []) {
    element(name, attributes) { _ in }
  }

  /// Writes text.
  mutating func text(_ text: String) { markup += Self.escaped(text) }

  /// Separates inline elements, which would run together where the style sheet is dropped.
  mutating func space() { markup += " " }

  /// Starts a new source line, for people who read the source.
  mutating func lineBreak() { markup += "\n" }

  /// Writes markup that is part of Concord itself, never anything from outside.
  mutating func trusted(_ markup: StaticMarkup) { self.markup += markup.text }

  /// Begins an element, so that what it holds can be taken in parts.
  mutating func begin(_ name: String, _ attributes: [Attribute] = []) {
    markup += "<\(name)"
    for attribute in attributes {
      guard let value = attribute.value else { continue }
      markup += value.isEmpty ? " \(attribute.name)" : " \(attribute.name)=\"\(Self.escaped(value))\""
    }
    markup += ">"
  }

  /// Escapes text for element content and quoted attributes.
  ///
  /// Control characters, and the invisible ones that reorder text, are replaced by visible pictures: a report
  /// quotes hostile bodies and must show what is there.
  static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}": result.unicodeScalars.append(Unicode.Scalar(scalar.value + 0x2400) ?? "\u{FFFD}")
      case "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}":
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether a byte is printable ASCII that means nothing in markup; most text consists of nothing else.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
    case 0x20..<0x7F, 0x0A, 0x09: true
    default: false
    }
  }
}

/// Markup written by Concord's authors; only a literal makes one.
struct StaticMarkup: ExpressibleByStringLiteral {
  let text: String

  init(stringLiteral text: String) { self.text = text }

  /// The style sheet, which is embedded into the program from a file of its own.
  static let styleSheet = StaticMarkup(stringLiteral: String(decoding: PackageResources.report_css, as: UTF8.self))
}
