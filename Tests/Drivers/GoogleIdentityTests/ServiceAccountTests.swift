import GoogleIdentity
import GoogleStandIn
import Testing

@Suite("Service accounts")
struct ServiceAccountTests {
  @Test("a key is read with line breaks, or with what stands for them in an environment")
  func spellings() {
    let key = SigningKey.first.privateKey
    let oneLine = key.replacing("\n", with: "\\n")
    #expect(ServiceAccount(email: "a@b", privateKey: key)?.email == "a@b")
    #expect(!oneLine.contains("\n") && ServiceAccount(email: "a@b", privateKey: oneLine) != nil)
  }

  @Test("what is no private key of a decent size is none")
  func refusals() throws {
    let wrong = [
      "", "secret", SigningKey.first.publicKey, SigningKey.first.certificate, try SigningKey.weakPrivateKey(),
      String(SigningKey.first.privateKey.dropLast(40)),
    ]
    for text in wrong { #expect(ServiceAccount(email: "a@b", privateKey: text) == nil, "\(text.prefix(40))") }
  }

  @Test("an account never shows its key")
  func discretion() throws {
    let account = try #require(ServiceAccount(email: "a@b", privateKey: SigningKey.first.privateKey))
    var dumped = ""
    dump(account, to: &dumped)
    for text in ["\(account)", String(reflecting: account), dumped] {
      #expect(text.contains("a@b") && !text.contains("key") && !text.contains("PRIVATE"))
    }
  }
}
