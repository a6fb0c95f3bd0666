import JSON
import Testing
import YAMLSource

@Suite("YAML files are read strictly, with positions")
struct SourceDocumentTests {
  private func problems(_ text: String, file: String = "a.yaml", limits: SourceDocument.Limits = .init()) -> [String] {
    do {
      _ = try SourceDocument.parse(text, file: file, limits: limits)
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  @Test("every key and value has its place")
  func positions() throws {
    let text = """
      # a comment
      info:
        title: Größe   # columns count characters
        "tags": [a, 'b', {c: d}]
      paths:
        /users:
          - x
      """
    let document = try SourceDocument.parse(text, file: "dir/a.yaml")
    let title = JSONPointer().appending("info").appending("title")
    #expect(document.location(of: title)?.description == "dir/a.yaml:3:10")
    #expect(document.keyLocation(of: title)?.description == "dir/a.yaml:3:3")
    let nested = JSONPointer().appending("info").appending("tags").appending(2).appending("c")
    #expect(document.location(of: nested)?.description == "dir/a.yaml:4:24")
    let users = JSONPointer().appending("paths").appending("/users")
    #expect(document.location(of: users.appending(0))?.description == "dir/a.yaml:7:7")
    #expect(document.location(of: users.appending(9).appending("z"))?.description == "dir/a.yaml:7:5")
    #expect(
      document.json == [
        "info": ["title": "Größe", "tags": ["a", "b", ["c": "d"]]], "paths": ["/users": ["x"]],
      ])
  }

  @Test("quoted and block scalars are always strings, plain ones are read")
  func styles() throws {
    let document = try SourceDocument.parse(
      """
      a: 1
      b: "1"
      c: 'true'
      d: |
        null
      e: >-
        12
      f: no
      g:
      200: ok
      """, file: "a.yaml")
    #expect(
      document.json == [
        "a": 1, "b": "1", "c": "true", "d": "null\n", "e": "12", "f": "no", "g": nil, "200": "ok",
      ])
    #expect(document.root["200"]?.string == "ok")
    #expect(document.root["a"]?.string == nil)
    #expect(document.root["d"]?.content == .scalar("null\n", style: .block))
  }

  @Test("a duplicate key is reported where it is repeated, with the line of the first")
  func duplicateKeys() {
    #expect(
      problems("a:\n  x: 1\n  y: 2\n  x: 3\nb: 1\n") == [
        "a.yaml:4:3: error: the key 'x' is written more than once in this mapping; it is already on line 2\n"
          + "  keep one of them"
      ])
    #expect(
      problems("l:\n  - 'x': 1\n    # x: 2\n    x : 3\n  - x: 1\n") == [
        "a.yaml:4:5: error: the key 'x' is written more than once in this mapping; it is already on line 2\n"
          + "  keep one of them"
      ])
    #expect(problems("{a: 1, a: 2}").count == 1)
    #expect(problems("200: a\n'200': b\n").count == 1)
  }

  @Test("syntax errors say where and what to do")
  func syntax() {
    #expect(
      problems("a: b: c\n") == [
        "a.yaml:1:5: error: broken YAML: mapping values are not allowed in this context\n"
          + "  quote text that contains ': ', or check the indentation of this line"
      ])
    #expect(problems("a: [1, 2\nb: 3\n").first?.hasPrefix("a.yaml:2:2: error: broken YAML") == true)
    #expect(problems("a:\n\tb: 1\n").first?.contains("indent with spaces") == true)
    #expect(problems("").first == "a.yaml:1:1: error: the file is empty")
    #expect(problems("a: \u{7}b\n").first?.hasPrefix("a.yaml:1:4: error: unreadable character") == true)
    #expect(problems("a: *nowhere\n").first?.contains("define the anchor (&name) above its use") == true)
  }

  @Test("a second document is refused at its start")
  func secondDocument() {
    #expect(
      problems("a: 1\n---\nb: 2\n") == [
        "a.yaml:2:1: error: a second document starts here; one file holds one document\n  move it to a file of its own"
      ])
  }

  @Test("aliases are expanded, but not without bound")
  func aliases() throws {
    let document = try SourceDocument.parse("a: &x {k: 1}\nb: *x\n", file: "a.yaml")
    #expect(document.json["b"] == ["k": 1])
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let found = problems(bomb)
    #expect(found.count == 1)
    #expect(found.first?.contains("has more than 500000 nodes when its aliases are expanded") == true)
  }

  @Test("depth and size are bounded")
  func bounds() {
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(problems(deep).first?.contains("nests deeper than 128 levels") == true)
    #expect(problems(String(repeating: "[", count: 100_000)).count == 1)
    #expect(problems(String(repeating: "{a: ", count: 100_000)).count == 1)
    #expect(problems(String(repeating: "- ", count: 100_000)).count == 1)
    var limits = SourceDocument.Limits()
    limits.bytes = 4
    #expect(problems("a: 12", limits: limits).first?.contains("more than the 4 that are read") == true)
    #expect(problems("a: 1", limits: limits).isEmpty)
  }

  @Test("tags, merge keys and collections as keys are refused, all at once")
  func extras() {
    let found = problems("a: !custom x\nb: &b {c: 1}\nd:\n  <<: *b\n[x]: 1\ne: !!int five\nf: !!str 5\n")
    #expect(
      found.map { $0.prefix { $0 != "\n" } } == [
        "a.yaml:1:4: error: the tag '!custom' is not supported",
        "a.yaml:4:3: error: the merge key '<<' belongs to YAML 1.1 and is not supported",
        "a.yaml:5:1: error: a key must be a single text, found a collection",
        "a.yaml:6:4: error: 'five' is not what its tag 'tag:yaml.org,2002:int' promises",
      ])
  }

  @Test("the tag !!str makes a string, !!int accepts an integer")
  func tags() throws {
    let document = try SourceDocument.parse("a: !!str 5\nb: !!int 5\nc: !!map {d: !!null }\n", file: "a.yaml")
    #expect(document.json == ["a": "5", "b": 5, "c": ["d": nil]])
  }
}

@Suite("JSON files are held to RFC 8259, with positions")
struct JSONDocumentTests {
  @Test("positions, escapes and surrogate pairs")
  func positions() throws {
    let text = """
      {
        "größe": [1, "\\ud83d\\ude00\\n\\"", {"c": null}],
        "b" : -1.5e3, "t":true
      }
      """
    let document = try SourceDocument.parse(text, file: "a.json")
    #expect(document.json == ["größe": [1, "😀\n\"", ["c": nil]], "b": -1500, "t": true])
    #expect(document.location(of: JSONPointer().appending("größe"))?.description == "a.json:2:12")
    #expect(
      document.location(of: JSONPointer().appending("größe").appending(2).appending("c"))?.description == "a.json:2:42")
    #expect(document.keyLocation(of: JSONPointer().appending("b"))?.description == "a.json:3:3")
    #expect(document.location(of: JSONPointer().appending("t"))?.description == "a.json:3:21")
    #expect(document.json["b"]?.numberValue?.lexeme == "-1.5e3")
  }

  @Test(
    "what only YAML allows is refused", arguments: ["{a: 1}", "[1,]", "{\"a\":1,\"a\":2}", "# c\n{}", "{'a': 1}", ""])
  func strict(text: String) {
    #expect(throws: DiagnosticList.self) { try SourceDocument.parse(text, file: "a.json") }
  }

  @Test("a broken file is reported with its place")
  func broken() {
    do {
      _ = try SourceDocument.parse("{\n  \"a\": tru\n}", file: "a.json")
      Issue.record("accepted")
    } catch {
      #expect(error.diagnostics.count == 1)
      #expect(error.diagnostics.first?.location?.line == 2)
      #expect(error.diagnostics.first?.message.hasPrefix("broken JSON: ") == true)
    }
  }
}
