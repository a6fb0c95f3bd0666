import RFC3339

/// Writes JSON straight to bytes.
///
/// Answers can be hundreds of megabytes: building trees or one big text for them would cost several times their size,
/// so documents go from the store's values to bytes in one step.
package struct JSONByteWriter {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []
  /// The text of the last second that was written: documents of one answer often share it.
  private var cachedSecond: Int64 = .min
  private var cachedText: [UInt8] = []

  /// Makes an empty writer.
  package init() {}

  /// Takes what was written, leaving the writer empty but with its caches.
  package mutating func take() -> [UInt8] {
    let taken = bytes
    bytes = []
    bytes.reserveCapacity(taken.count)
    return taken
  }

  /// Takes back a comma that was written last.
  mutating func dropSeparator() {
    if bytes.last == UInt8(ascii: ",") { bytes.removeLast() }
  }

  /// Writes syntax as it is.
  package mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Writes a quoted text, escaped by RFC 8259 section 7.
  package mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    escaped(text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes text inside quotes that the caller writes.
  package mutating func escaped(_ text: String) {
    let isPlain =
      text.utf8.withContiguousStorageIfAvailable { buffer -> Bool in
        for byte in buffer where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          return false
        }
        bytes.append(contentsOf: buffer)
        return true
      } ?? false
    guard !isPlain else { return }
    for byte in text.utf8 { escaped(byte) }
  }

  /// Writes a decimal integer without quotes.
  package mutating func integer(_ value: Int64) {
    var digits = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(digits % 10))
      digits /= 10
    } while digits > 0
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes[start...].reverse()
  }

  /// Writes a double: the shortest digits that read back as the same value, or the names of what JSON has no number
  /// for.
  package mutating func double(_ value: Double) {
    if value.isNaN {
      raw("\"NaN\"")
    } else if value.isInfinite {
      if value > 0 { raw("\"Infinity\"") } else { raw("\"-Infinity\"") }
    } else {
      bytes.append(contentsOf: value.description.utf8)
    }
  }

  /// Writes a quoted instant: UTC with 0, 3 or 6 fraction digits.
  package mutating func time(_ time: StoreTime) {
    let (quotient, remainder) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let second = remainder < 0 ? quotient - 1 : quotient
    let microseconds = remainder < 0 ? remainder + 1_000_000 : remainder
    bytes.append(UInt8(ascii: "\""))
    if second != cachedSecond {
      cachedSecond = second
      // Without the Z; whole seconds have no fraction in this form.
      cachedText = Array(Timestamp(seconds: second).rfc3339.utf8.dropLast())
    }
    bytes.append(contentsOf: cachedText)
    if microseconds != 0 {
      bytes.append(UInt8(ascii: "."))
      let isMilliseconds = microseconds % 1_000 == 0
      var divisor: Int64 = 100_000
      for _ in 0..<(isMilliseconds ? 3 : 6) {
        bytes.append(UInt8(ascii: "0") + UInt8(microseconds / divisor % 10))
        divisor /= 10
      }
    }
    raw("Z\"")
  }

  private mutating func escaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    case 0..<0x20:
      raw("\\u00")
      for nibble in [byte >> 4, byte & 0x0F] {
        bytes.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
      }
    default: bytes.append(byte)
    }
  }
}
