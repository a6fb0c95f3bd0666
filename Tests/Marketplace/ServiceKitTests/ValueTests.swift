import JSON
import Testing

@testable import ServiceKit

@Suite("Values at the edge")
struct ValueTests {
  @Test("a cursor comes back as it was made")
  func cursorRoundTrip() {
    for fields: [JSONValue] in [[1], ["a"], ["ü☃", 12, nil], ["abc", 1.5]] {
      let cursor = Cursor(text: Base64URL.encode(JSONValue.array(fields).utf8(.compact)))
      #expect(cursor?.fields == fields)
    }
    #expect(Cursor(text: Cursor("a", 7).text) == Cursor("a", 7))
  }

  @Test("a cursor that no list made is refused", arguments: ["", "!", "e30", "W10", "A", "WzFdX", "bm9wZQ"])
  func cursorRefused(text: String) {
    #expect(Cursor(text: text) == nil)
  }

  @Test("texts that only look alike are different keys")
  func exactText() {
    let texts = ["\u{E9}", "e\u{301}", "K", "\u{212A}", "k"]
    #expect(Set(texts.map(ExactText.init)).count == 5)
    #expect(ExactText("\u{E9}t\u{E9}") == ExactText("\u{E9}t\u{E9}"))
  }

  @Test(
    "addresses are made canonical",
    arguments: [("127.0.0.1", "127.0.0.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::", "::")])
  func address(text: String, canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(
    "what is no numeric address is refused",
    arguments: ["", "localhost", "127.0.0.1:80", "1.2.3", "fe80::1%eth0", "[::1]", "256.0.0.1", "1.2.3.4\0"])
  func addressRefused(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("a patch leaves, clears or sets a field")
  func patch() {
    #expect(Patch<Int>.absent.applied(to: 1) == 1)
    #expect(Patch<Int>.null.applied(to: 1) == nil)
    #expect(Patch.value(2).applied(to: 1) == 2)
  }

  @Test("random ids are distinct UUIDs of version 4")
  func ids() {
    let ids = (0..<100).map { _ in RandomIDGenerator().uuid() }
    #expect(Set(ids).count == 100)
    #expect(
      ids.allSatisfy { id in
        StringRule.uuid.matches(id) && Array(id)[14] == "4" && "89ab".contains(Array(id)[19]) && id == id.lowercased()
      })
  }

  @Test("percent-encoding goes both ways and refuses what is not UTF-8")
  func percentEncoding() {
    #expect(PercentEncoding.encode("a/b ü~") == "a%2Fb%20%C3%BC~")
    #expect(PercentEncoding.decode("a%2Fb%20%C3%BC+") == "a/b ü+")
    #expect(PercentEncoding.decodeFormValue("a+b") == "a b")
    for broken in ["%", "%4", "%zz", "%ff", "%C3"] { #expect(PercentEncoding.decode(Substring(broken)) == nil) }
  }

  @Test(
    "JSON media types are recognised with their parameters",
    arguments: [
      ("application/json", true), ("Application/JSON; charset=UTF-8", true),
      ("application/json;charset=\"utf-8\"", true),
      ("application/json; charset=latin1", false), ("text/json", false), ("application/jsonp", false), ("", false),
      ("application/json;", false),
    ])
  func mediaType(text: String, isJSON: Bool) {
    #expect(MediaType.isJSON(text) == isJSON)
  }
}
