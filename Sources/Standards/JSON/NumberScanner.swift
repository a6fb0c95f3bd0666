/// Finds where a JSON number ends (RFC 8259 section 6).
enum NumberScanner {
  enum Outcome {
    /// A number up to the offset.
    case number(end: Int)
    /// What is wrong, and where.
    case broken(at: Int, String)
  }

  /// Scans the number that begins at `start`, with `-` or a digit.
  static func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Outcome {
    var index = start
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
    guard index < bytes.count, isDigit(bytes[index]) else {
      return .broken(at: index, "a number needs a digit here")
    }
    if bytes[index] == UInt8(ascii: "0") {
      index += 1
      if index < bytes.count, isDigit(bytes[index]) {
        return .broken(at: index - 1, "a number must not begin with 0 and another digit")
      }
    } else {
      skipDigits(bytes, &index)
    }
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      guard skipDigits(bytes, &index) > 0 else { return .broken(at: index, "a digit must follow the decimal point") }
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
      let exponent = index
      guard skipDigits(bytes, &index) > 0 else { return .broken(at: index, "a digit must follow the exponent sign") }
      var first = exponent
      while first < index, bytes[first] == UInt8(ascii: "0") { first += 1 }
      guard index - first <= JSONNumber.maximumExponentDigits else {
        return .broken(
          at: exponent, "the exponent has more than \(JSONNumber.maximumExponentDigits) digits")
      }
    }
    return .number(end: index)
  }

  @discardableResult
  private static func skipDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int {
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return index - start
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
