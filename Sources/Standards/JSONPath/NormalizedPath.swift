package import JSON

/// The one path that leads to a node (RFC 9535 section 2.7).
package struct NormalizedPath: Sendable, Hashable, CustomStringConvertible {
  /// One step down.
  package enum Element: Sendable, Hashable {
    /// To the member of a name.
    case name(String)
    /// To the element of an index, from zero.
    case index(Int)
  }

  /// The steps from the root.
  package let elements: [Element]

  /// The path of RFC 9535, as in `$['a'][0]`.
  package var description: String {
    elements.reduce(into: "$") { text, element in
      switch element {
      case .index(let index): text += "[\(index)]"
      case .name(let name): text += "['\(Self.escaped(name))']"
      }
    }
  }

  /// The same place as a JSON Pointer.
  package var pointer: JSONPointer {
    JSONPointer(
      tokens: elements.map { element in
        switch element {
        case .index(let index): String(index)
        case .name(let name): name
        }
      })
  }

  private static func escaped(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "'": text += "\\'"
      case "\\": text += "\\\\"
      case "\u{08}": text += "\\b"
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\u{0C}": text += "\\f"
      case "\r": text += "\\r"
      case "\u{00}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

/// A value that a query selected, with its place.
package struct JSONPathNode: Sendable, Hashable {
  /// Where the value is.
  package let location: NormalizedPath
  /// The value.
  package let value: JSONValue
}
