import Testing

@testable import ServiceKit

@Suite("Rules for strings")
struct StringRuleTests {
  @Test(
    "texts that keep a rule",
    arguments: [
      (StringRule.email, ["a@b.c", "x.y+z@sub.example.com", "!#$%&'*+/=?^_{|}~-@a-b.co"]),
      (.uuid, ["4b0c9b1e-6f0e-4f58-9d3a-0a6f8f0f7c11", "4B0C9B1E-6F0E-4F58-9D3A-0A6F8F0F7C11"]),
      (.slug, ["a", "wireless-headphones-2"]),
      (.httpURL, ["http://a", "https://cdn.example/x?y#z", "http://\u{301}", "http://a/\u{301}"]),
      (.phone, ["+1234567", "+123456789012345"]),
      (.languageTag, ["en", "pt-BR", "zh-Hans-CN"]),
      (.timeZone, ["UTC", "Europe/Berlin", "Etc/GMT+5", "America/Argentina/Buenos_Aires"]),
      (.notBlank, ["a", "  é ", "\u{85}"]),
      (.ipAddress, ["1.2.3.4", "::1"]),
    ])
  func kept(rule: StringRule, texts: [String]) {
    for text in texts { #expect(rule.matches(text), "\(text) must \(rule.description)") }
  }

  @Test(
    "texts that break a rule",
    arguments: [
      (StringRule.email, ["", "a", "@b.c", "a@", "a@b", "a@b..c", "a@b.c.", "a b@c.d", "a@b@c.d", "ä@b.c", "a@b_c.d"]),
      (.uuid, ["", "4b0c9b1e6f0e4f589d3a0a6f8f0f7c11", "4b0c9b1e-6f0e-4f58-9d3a-0a6f8f0f7c1g"]),
      (.slug, ["", "-a", "a-", "a--b", "A", "a_b", "ä"]),
      (.httpURL, ["", "http://", "http:///x", "ftp://a", "http://a b", "//a", "https://?x", "http:///\u{301}x"]),
      (.phone, ["", "+", "123456789", "+012345678", "+123456", "+1234567890123456", "+12345a7"]),
      (.languageTag, ["", "e", "engl", "en-", "en-x", "en_GB"]),
      (.timeZone, ["", "/UTC", "UTC/", "Europe//Berlin", "1UTC", "Europe Berlin"]),
      (.notBlank, ["", " ", "\t\n\u{A0}\u{3000}\u{FEFF}"]),
      (.ipAddress, ["", "1.2.3", "a::g"]),
    ])
  func broken(rule: StringRule, texts: [String]) {
    for text in texts { #expect(!rule.matches(text), "\(text) does not \(rule.description)") }
  }

  @Test("length counts code points, and NUL is refused before any rule")
  func length() {
    #expect(StringRule.violation(of: "é☃💩", length: 3...3, rule: nil) == nil)
    #expect(StringRule.violation(of: "ab", length: 3...5, rule: nil) == "must have 3 to 5 characters")
    #expect(StringRule.violation(of: "a\0", length: 1...5, rule: .slug) == "must not contain NUL")
  }
}
