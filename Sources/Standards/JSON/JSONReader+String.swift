extension JSONReader {
  /// Reads a text from its opening to its closing quotation mark.
  ///
  /// Most texts have no escapes: then the run between the marks is validated and copied at once.
  mutating func string() throws(Failure) -> String {
    let start = index + 1
    let end = endOfRun(from: start)
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      index = end + 1
      return try text(start..<end) { String(validating: $0, as: UTF8.self) }
    }
    return try stringWithEscapes(start, firstRunEnd: end)
  }

  private mutating func stringWithEscapes(_ start: Int, firstRunEnd: Int) throws(Failure) -> String {
    var decoded: [UInt8] = []
    var runStart = start
    index = firstRunEnd
    while index < bytes.count {
      decoded.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<index]))
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let end = index
        index += 1
        // An escape never yields a continuation byte, so broken UTF-8 in a run cannot be completed by it.
        return try text(start..<end) { _ in String(validating: decoded, as: UTF8.self) }
      case UInt8(ascii: "\\"):
        decoded.append(contentsOf: UTF8.encode(try escape())!)  // UTF-8 encodes every scalar
      default:
        throw unexpected("a text without bare control characters (write them as \\u escapes)")
      }
      runStart = index
      index = endOfRun(from: index)
    }
    index = bytes.count
    throw unexpected("the closing quotation mark of a text")
  }

  private func text(
    _ range: Range<Int>, _ make: (UnsafeBufferPointer<UInt8>) -> String?
  ) throws(Failure) -> String {
    let run = UnsafeBufferPointer(rebasing: bytes[range])
    if let text = make(run) { return text }
    throw Failure(
      offset: range.lowerBound + Self.validPrefix(of: run), message: "the text holds bytes that are not UTF-8")
  }

  /// Reads an escape from its backslash on.
  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    let start = index
    index += 1
    guard index < bytes.count else { throw unexpected("an escape") }
    let kind = bytes[index]
    index += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw Failure(offset: start, message: "no such escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
    }
    let unit = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { throw Failure(offset: start, message: "the escape is half of a surrogate pair") }
    index += 2
    let low = try hexadecimalUnit()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
    else { throw Failure(offset: start, message: "the escape is half of a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimalUnit() throws(Failure) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard index < bytes.count else { throw unexpected("four hexadecimal digits") }
      let byte = bytes[index]
      switch byte {
      case 0x30...0x39: unit = unit << 4 | UInt16(byte - 0x30)
      case 0x41...0x46: unit = unit << 4 | UInt16(byte - 0x37)
      case 0x61...0x66: unit = unit << 4 | UInt16(byte - 0x57)
      default: throw unexpected("four hexadecimal digits")
      }
      index += 1
    }
    return unit
  }

  /// The offset of the next quotation mark, backslash or control character, or the end.
  ///
  /// Looks at eight bytes at a time: subtracting 1 from each byte of a word borrows through its high bit exactly where
  /// the lowest zero byte is (Bit Twiddling Hacks, "Determine if a word has a zero byte"); 0x20 likewise finds bytes
  /// below 0x20.
  private func endOfRun(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    if let base = UnsafeRawPointer(bytes.baseAddress) {
      while index + 8 <= bytes.count {
        let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let hits =
          ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- (ones &* 0x20)) & ~word)
          & (ones &* 0x80)
        if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
        index += 8
      }
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return index }
      index += 1
    }
    return index
  }

  /// How many bytes at the beginning are valid UTF-8.
  private static func validPrefix(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var valid = 0
    while valid < bytes.count {
      let lead = bytes[valid]
      let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
      let end = valid + length
      guard end <= bytes.count,
        String(validating: UnsafeBufferPointer(rebasing: bytes[valid..<end]), as: UTF8.self) != nil
      else { return valid }
      valid = end
    }
    return valid
  }
}
