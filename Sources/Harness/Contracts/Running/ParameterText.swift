import HTTP
import JSON
import OpenAPI

/// A parameter's value as text in the style that its document declares (OpenAPI 3.1.1, "Style Values").
struct ParameterText {
  let name: String
  let value: JSONValue
  /// The documented parameter; nil when a workflow sends one that is not documented.
  let declared: Parameter?

  init(name: String, value: JSONValue, declared: Parameter?) {
    self.name = name
    self.declared = declared
    // A parameter with `content` is serialised in that media type first, and then a text like any other.
    self.value = declared?.content?.isJSON == true ? .string(value.serialized()) : value
  }

  /// Text for the place of `{name}` in a path.
  var pathText: String {
    let explode = declared?.explode ?? false
    switch declared?.style ?? .simple {
    case .label: return "." + list(separator: explode ? "." : ",", pairSeparator: explode ? "=" : ",")
    case .matrix:
      let pairs = explode ? explodedPairs : nil
      return (pairs ?? [(name, list(separator: ",", pairSeparator: ","))]).map { key, text in
        // An empty value has no `=` in this style (RFC 6570 section 3.2.7).
        ";\(Self.encoded(key))" + (text.isEmpty ? "" : "=\(text)")
      }.joined()
    default:
      let text = list(separator: ",", pairSeparator: explode ? "=" : ",")
      // Dots alone would mean another path.
      return text == "." || text == ".." ? URLBuilder.encoded(segment: text) : text
    }
  }

  /// `name=value` pairs for a query or a cookie.
  var queryPairs: [String] {
    let style = declared?.style ?? .form
    if case .object(let members) = value, style == .deepObject {
      return members.map { "\(Self.encoded(name))%5B\(Self.encoded($0.key))%5D=\(text(of: $0.value))" }
    }
    if declared?.explode ?? true, let pairs = explodedPairs {
      return pairs.map { "\(Self.encoded($0.key))=\($0.text)" }
    }
    let separator =
      switch style {
      case .spaceDelimited: "%20"
      case .pipeDelimited: "%7C"
      default: ","
      }
    return ["\(Self.encoded(name))=\(list(separator: separator, pairSeparator: separator))"]
  }

  /// Text of a header; nothing is percent-encoded there.
  var headerText: String {
    let pairSeparator = declared?.explode == true ? "=" : ","
    switch value {
    case .array(let elements): return elements.map(Self.text).joined(separator: ",")
    case .object(let members):
      return members.map { "\($0.key)\(pairSeparator)\(Self.text($0.value))" }.joined(separator: ",")
    default: return Self.text(value)
    }
  }

  /// A pair for each element or member; nil for a value that has none.
  private var explodedPairs: [(key: String, text: String)]? {
    switch value {
    case .array(let elements): elements.map { (name, text(of: $0)) }
    case .object(let members): members.map { ($0.key, text(of: $0.value)) }
    default: nil
    }
  }

  private func list(separator: String, pairSeparator: String) -> String {
    switch value {
    case .array(let elements): elements.map(text).joined(separator: separator)
    case .object(let members):
      members.map { "\(Self.encoded($0.key))\(pairSeparator)\(text(of: $0.value))" }.joined(separator: separator)
    default: text(of: value)
    }
  }

  private func text(of value: JSONValue) -> String {
    let text = Self.text(value)
    return declared?.allowReserved == true ? Self.encodedButReserved(text) : Self.encoded(text)
  }

  private static func encoded(_ text: String) -> String { URLBuilder.encoded(text) }

  /// Leaves reserved characters as they are, except those that a URL cannot hold or that would end the query.
  private static func encodedButReserved(_ text: String) -> String {
    text.map { ":/?@!$'()*,;".contains($0) ? String($0) : encoded(String($0)) }.joined()
  }

  /// A primitive as text; null is empty.
  static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.serialized()
    }
  }
}
