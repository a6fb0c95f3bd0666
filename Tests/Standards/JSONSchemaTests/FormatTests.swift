import JSON
import JSONSchema
import Testing

@Suite("Formats")
struct FormatTests {
  @Test("formats demand nothing unless asked to")
  func annotation() throws {
    #expect(try compile(["format": "date"]).isValid("no date"))
    #expect(try !compile(["format": "date"], formatAssertion: true).isValid("no date"))
    #expect(try compile(["format": "of-our-own"], formatAssertion: true).isValid("x"))
    #expect(try compile(["format": "date"], formatAssertion: true).isValid(1))
    let dialect: JSONValue = [
      "$id": "https://d.test/meta",
      "$vocabulary": [
        "https://json-schema.org/draft/2020-12/vocab/core": true,
        "https://json-schema.org/draft/2020-12/vocab/format-assertion": true,
      ],
    ]
    let schema: JSONValue = ["$schema": "https://d.test/meta", "format": "date"]
    #expect(try !compile(schema, with: ["https://d.test/meta": dialect]).isValid("no date"))
  }

  @Test("a violation names the format and shows the text")
  func message() throws {
    let violation = try compile(["format": "uuid"], formatAssertion: true).validate("123").first
    #expect(violation?.message == "\"123\" is not a UUID.")
    #expect(violation?.expected == "uuid")
  }

  @Test(
    "texts have their formats or not",
    arguments: [
      "date-time": (["2026-11-24T02:22:35Z", "1998-12-31T23:59:60Z"], ["2026-11-24", "2026-02-30T00:00:00Z"]),
      "date": (["2024-02-29"], ["2023-02-29", "2024-2-9"]), "time": (["02:22:35+01:00"], ["02:22:35", "25:00:00Z"]),
      "duration": (["P3DT12H", "P2W"], ["P", "PT", "3D"]),
      "email": (
        ["a@b.example", "a+b.c@d-e.example", "\"joe bloggs\"@example.com", "j@[127.0.0.1]", "j@[IPv6:::1]"],
        ["a", "@b", "a@", ".a@b", "a.@b", "a..b@c", "a b@c", "a@b_c", "a@[127.0.0.300]", "\u{e9}@b"]
      ),
      "idn-email": (["\u{e9}@b.example", "a@\u{fc}.example"], ["\u{e9}", "a b@c"]),
      "hostname": (
        ["example.com", "a", "xn--4gbwdl.xn--wgbh1c", "1.2", String(repeating: "a", count: 63)],
        ["", ".", "a.", "-a", "a-", "a_b", "a..b", "\u{fc}.de", String(repeating: "a", count: 64)]
      ),
      "idn-hostname": (["\u{fc}.de", "\u{5b9f}\u{4f8b}.jp", "a\u{3002}b"], ["", "-\u{fc}", "a b", "\u{2603}.de"]),
      "ipv4": (
        ["127.0.0.1", "0.0.0.0", "255.255.255.255"], ["256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4 ", "1.2.3.\u{664}"]
      ),
      "ipv6": (
        ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1::8"],
        [
          "", ":", "1", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "1.2.3.4::",
          "fe80::1%0",
          "1:2:3:4:5:6:7::8", ":1:2:3:4:5:6:7:8", "::1.2.3",
        ]
      ),
      "uri": (
        ["http://a.b/c?d#e", "urn:oasis:x", "http://[::1]:80/", "mailto:a@b", "http://u:p@h", "http://[v1.a]/", "a:"],
        [
          "", "/a", "//a", "http://a b", "http://a/\u{e9}", "http://a/%zz", "http://[::1", "http://a:8x", "1a:b",
          "a b:c",
        ]
      ),
      "uri-reference": (["", "/a", "a/b", "#f", "?q", "//h/p", "./a:b"], ["\\a", "a b", "#a#b", "1:b", "a<b"]),
      "iri": (["http://\u{fc}.de/\u{e9}"], ["/\u{e9}", "http://a b"]), "iri-reference": (["/\u{e9}#\u{e9}"], ["\\"]),
      "uri-template": (
        ["http://a/{b}", "{+a,b*}{?c:3}", "a%20b", "\u{e9}{x.y}"],
        ["{a", "a}", "{a b}", "{a:0}", "{a:12345}", "{}", "a b", "%z"]
      ),
      "uuid": (
        ["2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380"],
        [
          "2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
          "2eb8aa08-aa98-11ea-b4aa-73b441d1638g",
        ]
      ),
      "json-pointer": (["", "/a~0~1"], ["a", "/~", "#/a"]),
      "relative-json-pointer": (["0", "1/a", "0#", "120/a~1"], ["", "01", "-1", "/a", "1a", "0##", "+1"]),
      "regex": (["^a{2}$", "(?<=a)b"], ["(", "\\Z", "a++"]),
    ] as [String: ([String], [String])])
  func texts(name: String, texts: (valid: [String], invalid: [String])) throws {
    let schema = try compile(["format": .string(name)], formatAssertion: true)
    for text in texts.valid { #expect(schema.isValid(.string(text)), "\(name): \(text)") }
    for text in texts.invalid { #expect(!schema.isValid(.string(text)), "\(name): \(text)") }
  }
}
