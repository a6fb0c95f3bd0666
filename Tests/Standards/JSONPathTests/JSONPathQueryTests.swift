import ECMARegex
import JSON
import JSONPath
import Testing

@Suite("JSONPath queries")
struct JSONPathQueryTests {
  private static let store: JSONValue = [
    "store": [
      "book": [
        ["title": "A", "price": 8.95, "isbn": "x"], ["title": "B", "price": 12.99],
        ["title": "C", "price": 8.99, "isbn": "y"],
      ],
      "it's": ["a/b": ["~": true]],
    ]
  ]

  private func paths(_ query: String, in value: JSONValue = store) throws -> [String] {
    try JSONPathQuery(parsing: query, patterns: ECMAPatternEngine()).nodes(in: value).map(\.location.description)
  }

  @Test("nodes come with their normalized path and their pointer")
  func places() throws {
    let query = try JSONPathQuery(parsing: "$..['~']", patterns: ECMAPatternEngine())
    let node = try #require(try query.nodes(in: Self.store).first)
    #expect(node.location.description == #"$['store']['it\'s']['a/b']['~']"#)
    #expect(node.location.pointer.description == "/store/it's/a~1b/~0")
    #expect(Self.store.value(at: node.location.pointer) == node.value)
    let control = try paths("$.*", in: ["a\n\u{1}\u{e}'\\": 1])
    #expect(control == [#"$['a\n\u0001\u000e\'\\']"#])
  }

  @Test("filters compare exactly and by type")
  func filters() throws {
    #expect(try paths("$.store.book[?@.price < 8.99].title") == ["$['store']['book'][0]['title']"])
    #expect(try paths("$.store.book[?@.price == 8.990].title") == ["$['store']['book'][2]['title']"])
    #expect(try paths("$.store.book[?@.isbn && !(@.price > 8.95)]") == ["$['store']['book'][0]"])
    #expect(try paths("$[?@ == 9007199254740993]", in: [9_007_199_254_740_992, 9_007_199_254_740_993]) == ["$[1]"])
    #expect(try paths("$[?@ < 'b']", in: ["a", "b", 1, nil]) == ["$[0]"])
    #expect(try paths("$[?@.a == @.b]", in: [["a": 1], ["c": 1], ["a": nil]]) == ["$[1]"])
    #expect(try paths("$[?@ == '\u{e9}']", in: ["\u{e9}", "e\u{301}"]) == ["$[0]"])
  }

  @Test(
    "broken queries are refused where they break",
    arguments: [
      ("", 0), ("store", 0), ("$.", 2), ("$.store[", 8), ("$.store[01]", 8), ("$[-0]", 2), ("$[9007199254740992]", 2),
      ("$['a", 2), ("$[\"\\x\"]", 3), ("$['\\ud800']", 3), ("$.a b", 3), ("$[?@.a = 1]", 7), ("$[?1]", 3),
      ("$[?@.* == 1]", 3), ("$[?length(@.*) == 1]", 10), ("$[?count(1) == 1]", 9), ("$[?match(@, 'a') == true]", 3),
      ("$[?nope(@)]", 3), ("$[?length(@, 1) == 1]", 3), ("$[?!@.a == 1]", 4), ("$[?@.a == truely]", 10),
      ("$[?@.a == 1.]", 10), ("$[?(@.a]", 7), ("$[1,]", 4), ("$ ", 1), ("$..", 3), ("$[? @.a ==]", 10),
    ])
  func errors(query: String, offset: Int) {
    let error = #expect(throws: JSONPathError.self) {
      try JSONPathQuery(parsing: query, patterns: ECMAPatternEngine())
    }
    #expect(error?.offset == offset)
    #expect(error?.description.hasPrefix("\"\(query)\" at character \(offset + 1): ") == true)
  }

  @Test("patterns are I-Regexps, and others never match but are named in a warning")
  func patterns() throws {
    #expect(try paths(#"$[?match(@, '[0-9]{2}|x-y?')]"#, in: ["12", "x-", "123", "12\n"]) == ["$[0]", "$[1]"])
    #expect(try paths(#"$[?search(@, '\\p{Lu}.')]"#, in: ["aBc", "abC", "B\u{2028}"]) == ["$[0]", "$[2]"])
    #expect(try paths("$[?match(@, '[^a-c\\\\-]')]", in: ["a", "-", "d"]) == ["$[2]"])
    let digits = try JSONPathQuery(parsing: #"$[?match(@, '\\d')]"#, patterns: ECMAPatternEngine())
    #expect(try digits.nodes(in: ["1"]).isEmpty)
    let warning = try #require(digits.patternWarnings.first)
    #expect(warning.offset == 12)
    #expect(warning.message.contains(#"there is no escape '\d' in I-Regexp"#))
    for pattern in [
      "(?:a)", "a**", "[a", "(a", "a)", "[]", "[a-]", "[-a]", "[a-b-c]", "\\\\p{Greek}", "a{,2}", "\\\\w",
    ] {
      let query = try JSONPathQuery(parsing: "$[?search(@, '\(pattern)')]", patterns: ECMAPatternEngine())
      #expect(query.patternWarnings.isEmpty == ["[a-]", "[-a]"].contains(pattern), "\(pattern)")
    }
  }

  @Test("a pattern that takes too long is an error, not a false")
  func hostilePattern() throws {
    let query = try JSONPathQuery(parsing: "$[?match(@, '(a+)+')]", patterns: ECMAPatternEngine(matchLimit: 10_000))
    #expect(throws: JSONPathError.self) { try query.nodes(in: [.string(String(repeating: "a", count: 60) + "!")]) }
  }

  @Test("nesting is bounded, and so is the number of steps")
  func bounds() throws {
    let deep = "$[?" + String(repeating: "(", count: 100) + "@.a" + String(repeating: ")", count: 100) + "]"
    let error = #expect(throws: JSONPathError.self) {
      try JSONPathQuery(parsing: deep, patterns: ECMAPatternEngine())
    }
    #expect(error?.message == "expressions nest deeper than 64")
    let filters = String(repeating: "$[?@", count: 3000)
    #expect(throws: JSONPathError.self) { try JSONPathQuery(parsing: filters, patterns: ECMAPatternEngine()) }
    let wide = JSONValue.array(Array(repeating: .array(Array(repeating: 0, count: 40)), count: 40))
    let explosive = try JSONPathQuery(
      parsing: "$" + String(repeating: "[0:40,0:40,0:40,0:40]", count: 2) + "..*", patterns: ECMAPatternEngine())
    #expect(try explosive.nodes(in: wide).isEmpty)
    let many = "$[" + Array(repeating: "*", count: 4000).joined(separator: ",") + "]"
    let costly = try JSONPathQuery(parsing: many + many.dropFirst(), patterns: ECMAPatternEngine())
    let failure = #expect(throws: JSONPathError.self) { try costly.nodes(in: wide) }
    #expect(failure?.message.contains("more than 10000000 steps") == true)
  }

  @Test("a document as deep as the parser allows is walked")
  func deepDocument() throws {
    let text = String(repeating: "[", count: 1000) + "1" + String(repeating: "]", count: 1000)
    let document = try JSONValue(parsing: text, options: .init(maximumDepth: 1000))
    let query = try JSONPathQuery(parsing: "$..[?@ == 1]", patterns: ECMAPatternEngine())
    let nodes = try query.nodes(in: document)
    #expect(nodes.map(\.location.elements.count) == [1000])
  }
}
