import Testing

@testable import SecureHash

@Suite("SipHash-2-4 with 128 bits")
struct SipHash128Tests {
  private let hash = SipHash128(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))

  private func hex(of count: Int) -> String {
    let bytes = (0..<count).map { UInt8($0) }
    let value = bytes.withUnsafeBytes { hash.hash($0) }
    return (0..<16).map { index in
      let byte = UInt8(truncatingIfNeeded: value >> UInt128(8 * index))
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  @Test("the first vectors of the reference implementation")
  func vectors() {
    #expect(hex(of: 0) == "a3817f04ba25a8e66df67214c7550293")
    #expect(hex(of: 1) == "da87c1d86b99af44347659119b22fc45")
  }

  @Test("every byte and the length matter, at every length around a word")
  func sensitivity() {
    var seen: Set<UInt128> = []
    for count in 0...40 {
      var bytes = [UInt8](repeating: 7, count: count)
      seen.insert(bytes.withUnsafeBytes { hash.hash($0) })
      for index in bytes.indices {
        bytes[index] ^= 1
        seen.insert(bytes.withUnsafeBytes { hash.hash($0) })
        bytes[index] ^= 1
      }
    }
    #expect(seen.count == (0...40).reduce(0) { $0 + $1 + 1 })
  }

  @Test("another key gives another hash")
  func keyed() {
    let other = SipHash128(key: (1, 2))
    let bytes = Array("uid".utf8)
    #expect(bytes.withUnsafeBytes { hash.hash($0) } != bytes.withUnsafeBytes { other.hash($0) })
  }
}
