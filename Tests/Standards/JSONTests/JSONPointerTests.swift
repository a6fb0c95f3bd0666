import JSON
import Testing

@Suite("JSON Pointers")
struct JSONPointerTests {
  /// The document of RFC 6901 section 5.
  private static let document = #"""
    {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}
    """#

  @Test(
    "the examples of RFC 6901 resolve, as text and as fragment",
    arguments: [
      ("/foo", "/foo", #"["bar","baz"]"#), ("/foo/0", "/foo/0", #""bar""#), ("/", "/", "0"), ("/a~1b", "/a~1b", "1"),
      ("/c%d", "/c%25d", "2"), ("/e^f", "/e%5Ef", "3"), ("/g|h", "/g%7Ch", "4"), (#"/i\j"#, "/i%5Cj", "5"),
      (#"/k"l"#, "/k%22l", "6"), ("/ ", "/%20", "7"), ("/m~0n", "/m~0n", "8"),
    ])
  func examples(text: String, fragment: String, value: String) throws {
    let pointer = try JSONPointer(parsing: text)
    let document = try JSONValue(parsing: Self.document)
    #expect(document.value(at: pointer)?.serialized() == value)
    #expect(pointer.description == text)
    #expect(pointer.uriFragment == fragment)
  }

  @Test("the empty pointer is the whole document")
  func root() throws {
    #expect(try JSONPointer(parsing: "") == JSONPointer())
    #expect((["a": 1] as JSONValue).value(at: JSONPointer()) == ["a": 1])
    #expect(JSONPointer().parent == nil)
  }

  @Test(
    "places that are not there have no value", arguments: ["/a/2", "/a/-", "/a/01", "/a/-1", "/b", "/a/0/x", "/a/ "])
  func missing(text: String) throws {
    #expect((["a": [1, 2]] as JSONValue).value(at: try JSONPointer(parsing: text)) == nil)
  }

  @Test("broken text is refused", arguments: ["a", "#/a", "/~", "/~2", "/a~"])
  func broken(text: String) {
    #expect(throws: JSONPointerError.self) { try JSONPointer(parsing: text) }
  }

  @Test("places are ordered from the root down, elements by number")
  func order() throws {
    let sorted = ["", "/a", "/a/2", "/a/10", "/a/b", "/a/b/0", "/b"]
    #expect(try sorted.reversed().map { try JSONPointer(parsing: $0) }.sorted().map(\.description) == sorted)
  }

  @Test("appending goes one level down and the parent one up")
  func levels() {
    let pointer = JSONPointer().appending("a/b").appending(3)
    #expect(pointer.description == "/a~1b/3")
    #expect(pointer.parent?.description == "/a~1b")
  }
}
