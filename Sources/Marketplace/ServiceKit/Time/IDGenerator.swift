/// Makes identifiers; tests make them predictable.
package protocol IDGenerator: Sendable {
  /// A new UUID in lower case.
  func uuid() -> String
}

/// Random UUIDs, version 4 (RFC 9562 section 5.4).
package struct RandomIDGenerator: IDGenerator {
  /// Creates the generator.
  package init() {}

  /// A new random UUID in lower case.
  package func uuid() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let hex = Self.hex(high) + Self.hex(low)
    var text: [UInt8] = []
    for (index, digit) in hex.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func hex(_ value: UInt64) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return (0..<16).reversed().map { digits[Int(value >> (UInt64($0) * 4) & 15)] }
  }
}
