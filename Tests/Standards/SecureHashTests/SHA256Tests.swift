import SecureHash
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  private func digest(_ message: [UInt8]) -> String {
    SHA256.hash(message).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  @Test(
    "the examples of FIPS 180-4 have their digests: no block, one, two, and one that spills over",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func examples(text: String, expected: String) {
    #expect(digest(Array(text.utf8)) == expected)
  }

  @Test("many blocks are chained")
  func longMessage() {
    let expected = "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"
    #expect(digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000)) == expected)
  }

  @Test("every length around a block's end is padded as another implementation pads it")
  func padding() {
    // The digest of all the digests, from Python's hashlib.
    let digests = (0...130).flatMap { SHA256.hash([UInt8](repeating: 7, count: $0)) }
    #expect(digest(digests) == "0eb5135338b0e21dd5184ee15fe32b4d90283be3b12e979d5cab38455e952328")
  }
}
