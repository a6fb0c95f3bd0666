import JSON

/// A JSON body laid out for reading: one member a line, what broke a promise marked.
struct JSONBody {
  private let value: JSONValue

  /// Reads a body; nil for anything that is no JSON object or array, or that a new layout would misrepresent.
  init?(parsing text: String) {
    // Of two equal names a parsed object keeps one, and a report must show what came.
    let options = JSONParser.Options(maximumDepth: 64, maximumBytes: 1 << 20, duplicateKeys: .reject)
    guard let value = try? JSONValue(parsing: text, options: options) else { return nil }
    switch value {
    case .object, .array: self.value = value
    case .null, .bool, .number, .string: return nil
    }
  }

  /// Writes the lines up to the page's limit.
  func write(marked: Set<JSONPointer>, to html: inout HTMLWriter) {
    var layout = Layout(marked: marked)
    layout.add(value, at: JSONPointer(), prefix: "", suffix: "", depth: 0)
    let (shown, beyond) = layout.lines.bounded(to: PageLimits.bodyLines)
    for (position, line) in shown.enumerated() {
      if position > 0 { html.lineBreak() }
      html.text(String(repeating: "  ", count: line.depth))
      if line.isMarked { html.element("mark", text: line.text) } else { html.text(line.text) }
    }
    if beyond > 0 { html.text("\n… \(beyond.of("more line", "more lines"))") }
  }

  private struct Layout {
    struct Line {
      let depth: Int
      let text: String
      let isMarked: Bool
    }

    let marked: Set<JSONPointer>
    private(set) var lines: [Line] = []

    init(marked: Set<JSONPointer>) { self.marked = marked }

    /// Adds a value after its member name, before its comma.
    mutating func add(_ value: JSONValue, at pointer: JSONPointer, prefix: String, suffix: String, depth: Int) {
      // A mark on everything marks nothing.
      let isMarked = !pointer.tokens.isEmpty && marked.contains(pointer)
      func line(_ text: String, _ isMarked: Bool) {
        lines.append(Line(depth: depth, text: text.shortened(to: 1000), isMarked: isMarked))
      }
      switch value {
      case .object(let object) where !object.isEmpty:
        line("\(prefix){", isMarked)
        for (position, member) in object.enumerated() {
          add(
            member.value, at: pointer.appending(member.key),
            prefix: "\(JSONValue.string(member.key).serialized()): ",
            suffix: position == object.count - 1 ? "" : ",", depth: depth + 1)
        }
        line("}\(suffix)", false)
      case .array(let values) where !values.isEmpty:
        line("\(prefix)[", isMarked)
        for (position, element) in values.enumerated() {
          add(
            element, at: pointer.appending(position), prefix: "", suffix: position == values.count - 1 ? "" : ",",
            depth: depth + 1)
        }
        line("]\(suffix)", false)
      default: line("\(prefix)\(value.serialized())\(suffix)", isMarked)
      }
    }
  }
}
