import JSON

// A `.json` file is held to RFC 8259 by the JSON parser, which is the judge of what is allowed. Positions are found by
// a second pass over the same bytes; it may trust them to be valid, so it only looks for where values start and end.
// (The YAML reader would not do: libyaml refuses surrogate pairs in escapes, and keys longer than 1,024 characters.)

/// Reads one JSON document into nodes with positions.
struct JSONComposer {
  private let file: String
  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var column = 1
  private var nodeCount = 0
  private let maximumNodes: Int

  /// Composes text; see `SourceDocument.parse`.
  static func compose(
    _ text: String, file: String, limits: SourceDocument.Limits
  ) throws(DiagnosticList) -> SourceNode {
    var options = JSONParser.Options()
    options.maximumDepth = limits.depth
    options.maximumBytes = limits.bytes
    options.duplicateKeys = .reject
    let bytes = Array(text.utf8)
    do {
      _ = try JSONValue(parsing: bytes, options: options)
    } catch {
      throw DiagnosticList([
        Diagnostic(
          location: SourceLocation(file: file, line: error.line, column: error.column),
          message: "broken JSON: \(error.message)")
      ])
    }
    var composer = JSONComposer(file: file, bytes: bytes, maximumNodes: limits.nodes)
    composer.skipSpace()
    let root = composer.value()
    guard composer.nodeCount <= limits.nodes else {
      throw DiagnosticList([
        Diagnostic(
          location: root.location, message: "the document has more than \(limits.nodes) nodes",
          remedy: "split the file")
      ])
    }
    return root
  }

  private init(file: String, bytes: [UInt8], maximumNodes: Int) {
    self.file = file
    self.bytes = bytes
    self.maximumNodes = maximumNodes
  }

  private var here: SourceLocation { SourceLocation(file: file, line: line, column: column) }

  private mutating func value() -> SourceNode {
    let location = here
    nodeCount += 1
    switch bytes[index] {
    case UInt8(ascii: "{"): return SourceNode(location: location, content: .mapping(members()))
    case UInt8(ascii: "["): return SourceNode(location: location, content: .sequence(elements()))
    case UInt8(ascii: "\""): return SourceNode(location: location, content: .scalar(string(), style: .quoted))
    default:
      let start = index
      while index < bytes.count, !Self.endsLiteral(bytes[index]) { advance() }
      let text = String(decoding: bytes[start..<index], as: UTF8.self)
      return SourceNode(location: location, content: .scalar(text, style: .plain))
    }
  }

  private mutating func members() -> [SourceNode.Entry] {
    var entries: [SourceNode.Entry] = []
    advance()
    skipSpace()
    while bytes[index] != UInt8(ascii: "}") {
      let keyLocation = here
      let key = string()
      skipSpace()
      advance()  // the colon
      skipSpace()
      entries.append(SourceNode.Entry(key: key, keyLocation: keyLocation, value: value()))
      skipSeparator()
    }
    advance()
    return entries
  }

  private mutating func elements() -> [SourceNode] {
    var elements: [SourceNode] = []
    advance()
    skipSpace()
    while bytes[index] != UInt8(ascii: "]") {
      elements.append(value())
      skipSeparator()
    }
    advance()
    return elements
  }

  private mutating func string() -> String {
    let start = index
    advance()
    while bytes[index] != UInt8(ascii: "\"") {
      if bytes[index] == UInt8(ascii: "\\") { advance() }
      advance()
    }
    advance()
    // The parser accepted the whole text, so it accepts this part of it; escapes are decoded by the same code.
    return (try? JSONValue(parsing: Array(bytes[start..<index])))?.stringValue ?? ""
  }

  private mutating func skipSeparator() {
    skipSpace()
    if bytes[index] == UInt8(ascii: ",") {
      advance()
      skipSpace()
    }
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { advance() }
  }

  /// Moves one byte on; continuation bytes of UTF-8 (10xxxxxx) do not count as columns.
  private mutating func advance() {
    if bytes[index] == 0x0A {
      line += 1
      column = 1
    } else if index + 1 >= bytes.count || bytes[index + 1] & 0xC0 != 0x80 {
      column += 1
    }
    index += 1
  }

  private static func endsLiteral(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
    default: false
    }
  }
}
