/// PostgreSQL's text form of one-dimensional arrays (PostgreSQL 15, section 8.15.6).
enum ArrayLiteral {
  /// Writes an array; every element is quoted, so that none is mistaken for NULL or for a delimiter.
  static func text(of elements: [String?]) -> String {
    var text = "{"
    for (index, element) in elements.enumerated() {
      if index > 0 {
        text += ","
      }
      guard let element else {
        text += "NULL"
        continue
      }
      text += "\""
      for scalar in element.unicodeScalars {
        if scalar == "\"" || scalar == "\\" {
          text += "\\"
        }
        text.unicodeScalars.append(scalar)
      }
      text += "\""
    }
    return text + "}"
  }

  /// Reads an array; nil when the text is not a one-dimensional array in the server's output form.
  static func elements(of text: String) -> [String?]? {
    var reader = Reader(scalars: text.unicodeScalars[...])
    return reader.array()
  }

  private struct Reader {
    var scalars: Substring.UnicodeScalarView

    mutating func array() -> [String?]? {
      // Arrays that do not start at index 1 carry their bounds: [0:2]={a,b,c}.
      if scalars.first == "[" {
        guard let equals = scalars.firstIndex(of: "=") else { return nil }
        scalars = scalars[scalars.index(after: equals)...]
      }
      guard scalars.popFirst() == "{" else { return nil }
      var elements: [String?] = []
      if scalars.first == "}" {
        return scalars.count == 1 ? elements : nil
      }
      while true {
        guard let element = element() else { return nil }
        elements.append(element.value)
        switch scalars.popFirst() {
        case ",": continue
        case "}": return scalars.isEmpty ? elements : nil
        default: return nil
        }
      }
    }

    /// One element; the value is nil for NULL, the whole is nil when it is malformed or an inner array.
    private mutating func element() -> (value: String?, Void)? {
      var value = String.UnicodeScalarView()
      if scalars.first == "\"" {
        scalars.removeFirst()
        while let scalar = scalars.popFirst() {
          switch scalar {
          case "\"": return (String(value), ())
          case "\\":
            guard let escaped = scalars.popFirst() else { return nil }
            value.append(escaped)
          default: value.append(scalar)
          }
        }
        return nil
      }
      while let scalar = scalars.first, scalar != ",", scalar != "}" {
        guard scalar != "{", scalar != "\"" else { return nil }
        value.append(scalar)
        scalars.removeFirst()
      }
      let text = String(value)
      return text.isEmpty ? nil : (text == "NULL" ? nil : text, ())
    }
  }
}
