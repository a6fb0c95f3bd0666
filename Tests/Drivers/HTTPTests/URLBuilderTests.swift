import HTTP
import Testing

@Suite struct URLBuilderTests {
  @Test("data in a path or query cannot act as a delimiter")
  func encoding() {
    let url = URLBuilder("http://host:1/")
      .appending(literal: "/v1/projects")
      .appending(segments: "a/b?c#d", "(default)", "é 😀")
      .appending(literal: ":commit")
      .appending(query: "q", "x&y=z +%")
      .appending(query: "none", nil)
      .appending(query: "k[]", "~-._")
      .url
    #expect(
      url == "http://host:1/v1/projects/a%2Fb%3Fc%23d/%28default%29/%C3%A9%20%F0%9F%98%80:commit"
        + "?q=x%26y%3Dz%20%2B%25&k%5B%5D=~-._")
  }

  @Test("dot segments are data too")
  func dots() {
    #expect(URLBuilder("http://h").appending(segments: "..", ".", "...").url == "http://h/%2E%2E/%2E/...")
  }

  @Test("decoding undoes encoding for every byte")
  func roundTrip() {
    let text = String(String.UnicodeScalarView((0..<300).compactMap { Unicode.Scalar($0) }))
    #expect(URLBuilder.decoded(URLBuilder.encoded(text)) == text)
  }

  @Test("cut escapes and bytes that are not UTF-8 do not decode", arguments: ["%", "%4", "%zz", "%FF", "a%C3"])
  func undecodable(_ text: String) {
    #expect(URLBuilder.decoded(text) == nil)
  }
}
