import JSON

/// Writes values as YAML that people like to edit: blocks outside, short values on one line.
struct YAMLText {
  private(set) var text = ""

  /// Widest line that a value may make before it becomes a block.
  private static let width = 110

  /// Adds a line.
  mutating func line(_ depth: Int, _ content: String) {
    text += content.isEmpty ? "\n" : String(repeating: "  ", count: depth) + content + "\n"
  }

  /// Adds comment lines; text from outside cannot leave the comment.
  mutating func comment(_ depth: Int, _ content: String) {
    for part in content.split(whereSeparator: \.isNewline) { line(depth, "# \(Self.printable(String(part)))") }
  }

  /// Adds a member with any value.
  mutating func member(_ depth: Int, _ key: String, _ value: JSONValue, prefix: String = "") {
    let name = "\(prefix)\(Self.scalar(.string(key))):"
    let flow = Self.flow(value)
    guard value.isBlock, depth * 2 + name.count + flow.count + 1 > Self.width else {
      return line(depth, "\(name) \(flow)")
    }
    line(depth, name)
    block(depth + (prefix.isEmpty ? 1 : 2), value)
  }

  private mutating func block(_ depth: Int, _ value: JSONValue) {
    switch value {
    case .object(let object): for entry in object { member(depth, entry.key, entry.value) }
    case .array(let items):
      for item in items {
        let flow = Self.flow(item)
        guard let object = item.objectValue, !object.isEmpty, depth * 2 + flow.count + 2 > Self.width else {
          line(depth, "- \(flow)")
          continue
        }
        for (index, entry) in object.enumerated() {
          if index == 0 {
            member(depth, entry.key, entry.value, prefix: "- ")
          } else {
            member(depth + 1, entry.key, entry.value)
          }
        }
      }
    default: line(depth, Self.flow(value))
    }
  }

  // MARK: One line

  /// The value on one line.
  static func flow(_ value: JSONValue) -> String {
    switch value {
    case .array(let items): "[\(items.map(flow).joined(separator: ", "))]"
    case .object(let object):
      "{\(object.map { "\(scalar(.string($0.key))): \(flow($0.value))" }.joined(separator: ", "))}"
    default: scalar(value)
    }
  }

  /// A scalar, plain where no reader could take it for something else.
  static func scalar(_ value: JSONValue) -> String {
    guard case .string(let text) = value else { return value.serialized() }
    return isPlain(text) ? text : value.serialized()
  }

  private static let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, !words.contains(text.lowercased()), text.last != " " else {
      return false
    }
    // Expressions begin with `$`; nothing else but a letter may begin a plain text here.
    guard first == "$" || ("a"..."z").contains(first) || ("A"..."Z").contains(first) else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "$", ".", "_", "-", "/", " ", "@", "+", "=", "(", ")": true
      default: false
      }
    } && !text.contains(" #")
  }

  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
  }
}

extension JSONValue {
  /// Whether the value can be written as a block.
  fileprivate var isBlock: Bool {
    switch self {
    case .array(let items): !items.isEmpty
    case .object(let object): !object.isEmpty
    default: false
    }
  }
}
