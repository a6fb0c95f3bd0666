import Testing

@testable import Audit

@Suite("Fingerprints")
struct FingerprintTests {
  @Test(
    "SHA-256 gives the digests of FIPS 180",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000),
        "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"
      ),
    ])
  func digests(text: String, digest: String) {
    let hex = SHA256.hash(Array(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    #expect(hex.joined() == digest)
  }

  @Test("every length around a block's end is padded to whole blocks")
  func padding() {
    let digests = (0...130).map { SHA256.hash([UInt8](repeating: 7, count: $0)) }
    #expect(Set(digests).count == 131)
  }

  @Test("a fingerprint stays the same between versions: baselines rest on it")
  func stability() {
    #expect(Fingerprint.of(["orders-belong-to-existing-users", "id", "101"]) == "a496e3ef1dda4d2478bf2dc16b55f9a3")
    #expect(Fingerprint.of([]).count == 32)
  }

  @Test("borders between parts count, and NULL is no empty text")
  func borders() {
    let all: [[String?]] = [
      ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["abc", nil], ["", "abc"], [nil, "abc"],
    ]
    #expect(Set(all.map(Fingerprint.of)).count == all.count)
  }
}
