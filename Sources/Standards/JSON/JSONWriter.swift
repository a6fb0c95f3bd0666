/// Writes values as JSON text.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private let style: JSONStyle
  private var depth = 0

  init(style: JSONStyle) { self.style = style }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let number):
      bytes.append(contentsOf: (style == .canonical ? number.canonicalLexeme : number.lexeme).utf8)
    case .string(let text): write(text)
    case .array(let values): write(values)
    case .object(let object): write(object)
    }
  }

  private mutating func write(_ values: [JSONValue]) {
    bytes.append(UInt8(ascii: "["))
    depth += 1
    for (position, value) in values.enumerated() {
      if position > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine()
      write(value)
    }
    depth -= 1
    if !values.isEmpty { breakLine() }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ object: JSONObject) {
    bytes.append(UInt8(ascii: "{"))
    depth += 1
    if style == .canonical {
      let sorted = object.sorted { $0.key.precedes($1.key) }
      for (position, member) in sorted.enumerated() { write(member, isFirst: position == 0) }
    } else {
      for (position, member) in object.enumerated() { write(member, isFirst: position == 0) }
    }
    depth -= 1
    if !object.isEmpty { breakLine() }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func write(_ member: JSONObject.Member, isFirst: Bool) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    breakLine()
    write(member.key)
    bytes.append(UInt8(ascii: ":"))
    if style == .pretty { bytes.append(UInt8(ascii: " ")) }
    write(member.value)
  }

  private mutating func breakLine() {
    guard style == .pretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
  }

  /// Writes a text; only what RFC 8259 section 7 demands is escaped.
  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let isCopied: Void? = text.utf8.withContiguousStorageIfAvailable { writeEscaped($0) }
    if isCopied == nil { Array(text.utf8).withUnsafeBufferPointer { writeEscaped($0) } }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func writeEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var runStart = 0
    for index in text.indices {
      let byte = text[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<index]))
      runStart = index + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x08: bytes.append(UInt8(ascii: "b"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0C: bytes.append(UInt8(ascii: "f"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes.append(contentsOf: ("u00" + (digits.utf8.count == 1 ? "0" : "") + digits).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart...]))
  }
}
