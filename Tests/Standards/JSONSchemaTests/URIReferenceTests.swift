import Testing

@testable import JSONSchema

@Suite("URI references")
struct URIReferenceTests {
  @Test(
    "the examples of RFC 3986 section 5.4 resolve",
    arguments: [
      ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
      ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
      ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
      (";x", "http://a/b/c/;x"), ("g;x?y#s", "http://a/b/c/g;x?y#s"), ("", "http://a/b/c/d;p?q"),
      (".", "http://a/b/c/"),
      ("./", "http://a/b/c/"), ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"),
      ("../..", "http://a/"), ("../../", "http://a/"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"),
      ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"),
      ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
      ("./g/.", "http://a/b/c/g/"),
      ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/../y", "http://a/b/c/y"),
      ("g?y/../x", "http://a/b/c/g?y/../x"), ("http:g", "http:g"),
    ])
  func resolution(reference: String, target: String) {
    let base = URIReference("http://a/b/c/d;p?q")
    #expect(URIReference(reference).resolved(against: base).description == target)
  }

  @Test(
    "a text is its parts put together",
    arguments: ["", "urn:a:b?+c#d", "//h/p?q#f", "file:///c:/x.json", "a/b:c", "#", "?"])
  func parts(text: String) {
    #expect(URIReference(text).description == text)
  }

  @Test("references against names without a hierarchy keep the name")
  func names() {
    let base = URIReference("urn:uuid:deadbeef")
    #expect(URIReference("#/a").resolved(against: base).description == "urn:uuid:deadbeef#/a")
    #expect(URIReference("x").resolved(against: URIReference("http://h")).description == "http://h/x")
  }

  @Test("fragments are decoded, and broken escapes are known")
  func fragments() {
    #expect(URIReference("#/a%25b%C3%A9").decodedFragment == "/a%b\u{e9}")
    #expect(URIReference("a").decodedFragment == "")
    for broken in ["#%", "#%2", "#%zz", "#%+1", "#%ff"] { #expect(URIReference(broken).decodedFragment == nil) }
  }
}
