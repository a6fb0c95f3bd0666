// Recursive descent over bytes. The depth is checked before each descent and bounded by `deepest`, which keeps the
// frames below two megabytes even in a debug build. Texts are taken in runs: see JSONReader+String.

/// Reads one JSON text from memory that outlives it.
struct JSONReader {
  struct Failure: Error {
    let offset: Int
    let message: String
  }

  private static let deepest = 1024

  let bytes: UnsafeBufferPointer<UInt8>
  var index = 0
  private let maximumDepth: Int
  private let rejectsDuplicates: Bool

  init(_ bytes: UnsafeBufferPointer<UInt8>, options: JSONParser.Options) {
    self.bytes = bytes
    maximumDepth = min(max(options.maximumDepth, 1), Self.deepest)
    rejectsDuplicates = options.duplicateKeys == .reject
  }

  mutating func document() throws(Failure) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw Failure(offset: 0, message: "a byte order mark must not stand before JSON")
    }
    skipWhitespace()
    let value = try value(depth: 0)
    skipWhitespace()
    guard index == bytes.count else { throw unexpected("the end of the text") }
    return value
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    guard index < bytes.count else { throw unexpected("a value") }
    switch bytes[index] {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
    default: throw unexpected("a value")
    }
  }

  private mutating func array(depth: Int) throws(Failure) -> JSONValue {
    try checkDepth(depth)
    index += 1
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    var values: [JSONValue] = []
    while true {
      values.append(try value(depth: depth))
      skipWhitespace()
      if take(UInt8(ascii: ",")) {
        skipWhitespace()
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") { throw unexpected("a value after the comma") }
      } else if take(UInt8(ascii: "]")) {
        return .array(values)
      } else {
        throw unexpected("',' or ']' after an element")
      }
    }
  }

  private mutating func object(depth: Int) throws(Failure) -> JSONValue {
    try checkDepth(depth)
    index += 1
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
    var object = JSONObject()
    while true {
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
        throw unexpected("a member name in double quotes")
      }
      let keyOffset = index
      let key = try string()
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else { throw unexpected("':' after a member name") }
      skipWhitespace()
      let value = try value(depth: depth)
      if !object.appendIfNew(key, value) {
        if rejectsDuplicates {
          throw Failure(offset: keyOffset, message: "the member \"\(key)\" is there twice in one object")
        }
        object[key] = value
      }
      skipWhitespace()
      if take(UInt8(ascii: ",")) {
        skipWhitespace()
      } else if take(UInt8(ascii: "}")) {
        return .object(object)
      } else {
        throw unexpected("',' or '}' after a member")
      }
    }
  }

  private mutating func number() throws(Failure) -> JSONNumber {
    switch NumberScanner.scan(bytes, from: index) {
    case .broken(let offset, let message): throw Failure(offset: offset, message: message)
    case .number(let end):
      // Only ASCII got past the scanner, so that nothing is repaired here.
      let lexeme = String(decoding: UnsafeBufferPointer(rebasing: bytes[index..<end]), as: UTF8.self)
      index = end
      return JSONNumber(unchecked: lexeme)
    }
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
    let count = word.utf8CodeUnitCount
    guard index + count <= bytes.count,
      UnsafeBufferPointer(rebasing: bytes[index..<index + count])
        .elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count))
    else { throw Failure(offset: index, message: "expected \(word)") }
    index += count
    return value
  }

  private func checkDepth(_ depth: Int) throws(Failure) {
    guard depth <= maximumDepth else {
      throw Failure(offset: index, message: "arrays and objects nest deeper than \(maximumDepth)")
    }
  }

  @inline(__always)
  private mutating func skipWhitespace() {
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      index += 1
    }
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// What to say where something else was expected.
  func unexpected(_ expectation: String) -> Failure {
    guard index < bytes.count else {
      return Failure(offset: index, message: "the text ends where \(expectation) was expected")
    }
    let byte = bytes[index]
    let found =
      byte > 0x20 && byte < 0x7F
      ? "'\(Unicode.Scalar(byte))'" : "the byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
    return Failure(offset: index, message: "expected \(expectation), found \(found)")
  }
}
