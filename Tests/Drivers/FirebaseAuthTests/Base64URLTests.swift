import Testing

@testable import FirebaseAuth

@Suite struct Base64URLTests {
  @Test("what was encoded is decoded", arguments: 0..<70)
  func roundTrip(_ count: Int) {
    let text = String(String.UnicodeScalarView((0..<count).map { Unicode.Scalar(UInt8($0 % 128)) }))
    #expect(Base64URL.decode(TokenForge.encode(text).utf8) == Array(text.utf8))
  }

  @Test(
    "texts that are not canonical are refused",
    arguments: ["A", "AAAAA", "QQ=", "QQ==", "QR", "QUJ", "Q+", "Q/", "Q Q", "QQ\n", "é"])
  func strictness(_ text: String) {
    #expect(Base64URL.decode(text.utf8) == nil)
  }
}
