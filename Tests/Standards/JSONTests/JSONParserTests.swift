import JSON
import Testing

@Suite("Parsing JSON")
struct JSONParserTests {
  @Test("members keep their order and numbers their digits")
  func order() throws {
    let value = try JSONValue(parsing: #"{"z": 1.0, "a": [true, null, "x"], "m": 1E2}"#)
    #expect(value.objectValue?.keys == ["z", "a", "m"])
    #expect(value.serialized() == #"{"z":1.0,"a":[true,null,"x"],"m":1E2}"#)
  }

  @Test("of two members with one name the last value stays in the first place")
  func duplicates() throws {
    let value = try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#)
    #expect(value.serialized() == #"{"a":3,"b":2}"#)
  }

  @Test("a second member of the same name is refused on request, where it stands")
  func rejectedDuplicates() throws {
    let options = JSONParser.Options(duplicateKeys: .reject)
    let error = #expect(throws: JSONParseError.self) {
      try JSONValue(parsing: "{\"a\":1,\n \"\\u0061\":2}", options: options)
    }
    #expect(error?.line == 2)
    #expect(error?.column == 2)
    #expect(error?.message == "the member \"a\" is there twice in one object")
    let many = "{" + (0..<40).map { "\"k\($0)\":0" }.joined(separator: ",") + ",\"k7\":1}"
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: many, options: options) }
    #expect(try JSONValue(parsing: many)["k7"] == 1)
  }

  @Test("names that only look alike are two members")
  func canonicalEquivalence() throws {
    let value = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}", options: .init(duplicateKeys: .reject))
    #expect(value.objectValue?.count == 2)
    #expect(value["\u{e9}"] == 1)
    #expect(value["e\u{301}"] == 2)
    #expect(JSONValue.string("\u{e9}") != .string("e\u{301}"))
  }

  @Test(
    "errors say where and what",
    arguments: [
      ("", 0, 1, 1, "the text ends where a value was expected"),
      ("[1,]", 3, 1, 4, "expected a value after the comma, found ']'"),
      ("{\"a\":1,}", 7, 1, 8, "expected a member name in double quotes, found '}'"),
      ("{\r\n  \"é\" 1}", 10, 2, 7, "expected ':' after a member name, found '1'"),
      ("[\n\n01]", 3, 3, 1, "a number must not begin with 0 and another digit"),
      ("1 2", 2, 1, 3, "expected the end of the text, found '2'"),
      ("[tru]", 1, 1, 2, "expected true"),
      (
        "[\"a\tb\"]", 3, 1, 4,
        "expected a text without bare control characters (write them as \\u escapes), found the byte 0x09"
      ),
      ("\"\\x\"", 1, 1, 2, "no such escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u"),
      ("\"\\ud800\"", 1, 1, 2, "the escape is half of a surrogate pair"),
      ("\"\\ud800\\u0041\"", 1, 1, 2, "the escape is half of a surrogate pair"),
      ("\"\\udc00\"", 1, 1, 2, "the escape is half of a surrogate pair"),
      ("\"abc", 4, 1, 5, "the text ends where the closing quotation mark of a text was expected"),
      ("-", 1, 1, 2, "a number needs a digit here"),
      ("1.", 2, 1, 3, "a digit must follow the decimal point"),
      ("1e+", 3, 1, 4, "a digit must follow the exponent sign"),
      ("1e1000000000000000000", 2, 1, 3, "the exponent has more than 18 digits"),
      ("\u{FEFF}{}", 0, 1, 1, "a byte order mark must not stand before JSON"),
    ] as [(String, Int, Int, Int, String)])
  func errors(text: String, offset: Int, line: Int, column: Int, message: String) {
    let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    #expect(error?.offset == offset)
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.message == message)
  }

  @Test("broken UTF-8 is refused where it begins, inside and outside of escapes")
  func brokenUTF8() {
    let cases: [([UInt8], Int)] = [
      ([0x22, 0x61, 0xC3, 0x22], 2),  // a lead byte alone
      ([0x22, 0xC0, 0x80, 0x22], 1),  // overlong
      ([0x22, 0x61, 0xED, 0xA0, 0x80, 0x22], 2),  // a surrogate
      ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1),  // beyond U+10FFFF
      ([0x22, 0x5C, 0x6E, 0xC3, 0x5C, 0x6E, 0x22], 3),  // between escapes
    ]
    for (bytes, offset) in cases {
      let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: bytes) }
      #expect(error?.offset == offset)
      #expect(error?.message == "the text holds bytes that are not UTF-8")
    }
  }

  @Test("escapes become the characters they name")
  func escapes() throws {
    let value = try JSONValue(parsing: #""\"\\\/\b\f\n\r\tA\u00e9\u20AC\uD83D\uDE00 end""#)
    #expect(value == .string("\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{20ac}\u{1f600} end"))
  }

  @Test("the end of a run is found at every alignment", arguments: 0...17)
  func runs(length: Int) throws {
    let run = String(repeating: "x", count: length)
    #expect(try JSONValue(parsing: "[\"\(run)\",\"\(run)\\n\(run)\"]") == [.string(run), .string("\(run)\n\(run)")])
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: "\"\(run)\u{1f}\"") }
    #expect(try JSONValue(parsing: "\"\(run)\u{7f}\u{e9}\"") == .string("\(run)\u{7f}\u{e9}"))
  }

  @Test("nesting is bounded, at the top for every option")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try JSONValue(parsing: nested(512)) }
    let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: nested(513)) }
    #expect(error?.message == "arrays and objects nest deeper than 512")
    #expect(throws: Never.self) { try JSONValue(parsing: nested(3), options: .init(maximumDepth: 3)) }
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: nested(4), options: .init(maximumDepth: 3)) }
    let boundless = JSONParser.Options(maximumDepth: .max)
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: nested(100_000), options: boundless) }
  }

  @Test("a text beyond the bound of bytes is refused")
  func bytes() {
    let options = JSONParser.Options(maximumBytes: 4)
    #expect(throws: Never.self) { try JSONValue(parsing: "[10]", options: options) }
    let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: "[100]", options: options) }
    #expect(error?.message == "the text is longer than 4 bytes")
  }
}
