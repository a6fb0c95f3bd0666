/// Where a JSON text is broken, and how.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The offset in bytes from the beginning.
  package let offset: Int
  /// The line, from 1; lines end at LF, CR or both.
  package let line: Int
  /// The character of the line, from 1, counted in code points.
  package let column: Int
  /// What is wrong, as a phrase without full stop.
  package let message: String

  init(_ message: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    var line = 1
    var column = 1
    for index in 0..<min(offset, bytes.count) {
      let byte = bytes[index]
      let isLineEnd = byte == 0x0A && !(index > 0 && bytes[index - 1] == 0x0D)
      if byte == 0x0D || isLineEnd {
        line += 1
        column = 1
      } else if byte != 0x0A, byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.offset = offset
    self.line = line
    self.column = column
    self.message = message
  }

  /// `line:column: message`.
  package var description: String { "\(line):\(column): \(message)" }
}
