import JSON
import Testing
import YAMLSource

@Suite("A mapping reader reports everything at once")
struct MappingReaderTests {
  private enum Color: String, CaseIterable {
    case red, green
  }

  private func node(_ text: String) throws -> SourceNode { try SourceDocument.parse(text, file: "s.yaml").root }

  @Test("unknown, missing and mistyped keys come together, each with its place and a remedy")
  func everything() throws {
    let text = """
      nmae: Concord
      port: 70000
      ready: maybe
      color: gren
      wait: 10 seconds
      tags: one
      version: 1.0
      x-note: kept
      extra: {}
      """
    let sink = DiagnosticSink()
    var reader = MappingReader(try node(text), what: "a service", into: sink, allowExtensions: "x-")
    #expect(reader.requiredString("name") == nil)
    #expect(reader.int("port", in: 1...65_535) == nil)
    #expect(reader.bool("ready") == nil)
    #expect(reader.choice("color", of: Color.self) == nil)
    #expect(reader.duration("wait") == nil)
    #expect(reader.list("tags").isEmpty)
    #expect(reader.string("version") == nil)
    #expect(reader.required("command") == nil)
    reader.finish()
    #expect(reader.extensions == ["x-note": "kept"])
    let rendered = sink.diagnostics.inReadingOrder().map(\.description).joined(separator: "\n")
    #expect(
      rendered == """
        s.yaml:1:1: error: a service lacks 'name'
          'nmae' on line 1 may be meant as 'name'
        s.yaml:1:1: error: a service lacks 'command'
        s.yaml:1:1: error: a service has an unknown key 'nmae'
          did you mean 'name'?
        s.yaml:2:7: error: 'port' of a service must be between 1 and 65535, found 70000
        s.yaml:3:8: error: 'ready' of a service must be true or false, found the string 'maybe'
        s.yaml:4:8: error: 'color' of a service cannot be 'gren'
          did you mean 'green'?
        s.yaml:5:7: error: 'wait' of a service must be a duration, found the string '10 seconds'
          write a whole number and a unit: 250ms, 10s, 5m, 1h or 30d
        s.yaml:6:7: error: 'tags' of a service must be a list, found the string 'one'
        s.yaml:7:10: error: 'version' of a service must be a string, found the number 1.0
          put it in quotes: "1.0"
        s.yaml:9:1: error: a service has an unknown key 'extra'
          possible: 'name', 'command'
        """)
  }

  @Test("right values are read")
  func values() throws {
    let sink = DiagnosticSink()
    let text = "n: 5\nb: true\nc: red\nd: 250ms\ne: 2m\nl: [a, b]\nm: {k: v}\nf: 1.5\ns: \"7\"\n"
    var reader = MappingReader(try node(text), what: "it", into: sink)
    #expect(reader.int("n") == 5)
    #expect(reader.bool("b") == true)
    #expect(reader.choice("c", of: Color.self) == .red)
    #expect(reader.duration("d") == .milliseconds(250))
    #expect(reader.duration("e") == .seconds(120))
    #expect(reader.strings("l") == ["a", "b"])
    #expect(reader.members("m").map(\.key) == ["k"])
    #expect(reader.number("f")?.lexeme == "1.5")
    #expect(reader.string("s") == "7")
    #expect(reader.string("absent") == nil)
    reader.finish()
    #expect(sink.diagnostics.isEmpty)
  }

  @Test("what is no mapping is reported once, and its keys are not reported missing")
  func noMapping() throws {
    let sink = DiagnosticSink()
    var reader = MappingReader(try node("- 1\n"), what: "the stack", into: sink)
    #expect(!reader.isMapping)
    #expect(reader.requiredString("name") == nil)
    reader.finish()
    #expect(sink.diagnostics.map(\.description) == ["s.yaml:1:1: error: the stack must be a mapping, found a list"])
  }

  @Test("text that a comma splits in a flow mapping is recognised")
  func splitText() throws {
    let sink = DiagnosticSink()
    var reader = MappingReader(try node("{note: this, and that}\n"), what: "it", into: sink)
    #expect(reader.string("note") == "this")
    reader.finish()
    #expect(
      sink.diagnostics.map(\.description) == [
        "s.yaml:1:14: error: it has an unknown key 'and that'\n"
          + "  a comma in {…} begins a new key: put text with commas in quotes"
      ])
  }

  @Test("an element of a list that is no string is reported at its place")
  func elements() throws {
    let sink = DiagnosticSink()
    var reader = MappingReader(try node("l: [a, 1, null]\n"), what: "it", into: sink)
    #expect(reader.strings("l") == ["a"])
    #expect(sink.diagnostics.map { $0.location?.column } == [8, 11])
  }
}

@Suite("Suggestions")
struct SuggestionTests {
  @Test(
    "a slip of the fingers finds its word",
    arguments: [
      ("pahts", "paths"), ("operationID", "operationId"), ("requierd", "required"), ("usr", "user"),
      ("orders.user_id", "orders.user_uid"), ("createOrdr", "createOrder"), ("desc", "description"),
    ])
  func near(name: String, word: String) {
    #expect(suggestion(for: name, among: ["zebra", word, "quartz"]) == word)
  }

  @Test("a far word is not suggested", arguments: ["overlays", "x", "foo", ""])
  func far(name: String) {
    #expect(suggestion(for: name, among: ["info", "paths", "servers", "security"]) == nil)
  }

  @Test("the nearest of several wins, and the name itself is none")
  func nearest() {
    #expect(suggestion(for: "getUsr", among: ["getUsers", "getUser"]) == "getUser")
    #expect(suggestion(for: "a", among: ["a"]) == nil)
  }
}
