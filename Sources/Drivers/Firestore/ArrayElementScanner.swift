/// Splits the bytes of a JSON array into the bytes of its elements while they arrive, wherever they are cut.
///
/// Firestore streams its answers as one array that may be of any size, so it must not be held, let alone parsed, as a
/// whole. The scanner only finds the commas between elements; whether an element is JSON is for the JSON parser to say.
/// An answer that is no array (an error object) is one single element.
struct ArrayElementScanner {
  /// Why the bytes cannot be an answer.
  enum Fault: Error, Equatable {
    /// Something stands where a comma, a bracket or a value should.
    case unexpected(UInt8)
    /// An element is larger than allowed.
    case elementTooLarge
    /// The bytes ended before the array did.
    case incomplete
  }

  private enum State {
    case start
    case element
    case end
  }

  /// Whether the answer is an array; false for a lone value.
  private(set) var isArray = false

  private var state = State.start
  private var element: [UInt8] = []
  private var elementCount = 0
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private let maximumElementBytes: Int

  init(maximumElementBytes: Int) {
    self.maximumElementBytes = maximumElementBytes
  }

  /// Takes the next bytes and hands over each element that ends in them.
  mutating func feed(_ bytes: [UInt8], _ receive: ([UInt8]) -> Void) throws(Fault) {
    // The first byte of the part of `bytes` that belongs to the current element.
    var start = 0
    for index in bytes.indices {
      let byte = bytes[index]
      switch state {
      case .element: break
      case .start:
        guard !isBlank(byte) else { continue }
        isArray = byte == UInt8(ascii: "[")
        state = .element
        start = isArray ? index + 1 : index
        if isArray { continue }
      case .end:
        guard isBlank(byte) else { throw .unexpected(byte) }
        continue
      }
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ",") where depth == 0 && isArray:
        try close(with: bytes[start..<index], at: byte, receive)
        start = index + 1
      case UInt8(ascii: "]") where depth == 0 && isArray:
        try close(with: bytes[start..<index], at: byte, receive)
        state = .end
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw .unexpected(byte) }
        depth -= 1
      default: break
      }
    }
    if state == .element { try keep(bytes[start...]) }
  }

  /// Says that no more bytes come; hands over a lone value.
  mutating func finish(_ receive: ([UInt8]) -> Void) throws(Fault) {
    switch state {
    case .start: throw .incomplete
    case .element:
      guard !isArray, depth == 0, !isInString else { throw .incomplete }
      receive(element)
      element = []
    case .end: break
    }
  }

  private mutating func keep(_ part: ArraySlice<UInt8>) throws(Fault) {
    guard element.count + part.count <= maximumElementBytes else { throw .elementTooLarge }
    element += part
  }

  private mutating func close(
    with part: ArraySlice<UInt8>, at byte: UInt8, _ receive: ([UInt8]) -> Void
  ) throws(Fault) {
    try keep(part)
    guard !element.allSatisfy(isBlank) else {
      // Only `[]` has nothing between its delimiters.
      guard elementCount == 0, byte == UInt8(ascii: "]") else { throw .unexpected(byte) }
      element = []
      return
    }
    receive(element)
    elementCount += 1
    element = []
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
