import JSON
import Testing
import YAMLSource

@Suite("Diagnostics are printed as compilers print them")
struct DiagnosticTests {
  private func diagnostic(line: Int, column: Int) -> Diagnostic {
    Diagnostic(
      location: SourceLocation(file: "c/api.yaml", line: line, column: column), message: "unknown key 'pahts'",
      remedy: "did you mean 'paths'?")
  }

  @Test("with the line and a caret")
  func excerpt() {
    let source = "openapi: 3.1.0\n\tpahts: {}\r\n"
    #expect(
      diagnostic(line: 2, column: 2).rendered(source: source) == """
        c/api.yaml:2:2: error: unknown key 'pahts'
          2 | \tpahts: {}
            | \t^
          did you mean 'paths'?
        """)
  }

  @Test("a very long line is cut around the place")
  func longLine() {
    let source = String(repeating: "x", count: 400) + "HERE" + String(repeating: "y", count: 400)
    let lines = diagnostic(line: 1, column: 401).rendered(source: source).split(separator: "\n")
    let text = Array(lines[1]), caret = Array(lines[2])
    #expect(text.count < 120)
    #expect(caret.firstIndex(of: "^").map { String(text[$0..<($0 + 4)]) } == "HERE")
  }

  @Test("a place outside of the text has no excerpt")
  func outside() {
    #expect(diagnostic(line: 9, column: 1).rendered(source: "a\n") == diagnostic(line: 9, column: 1).description)
  }

  @Test("a problem without a place is only its message")
  func noPlace() {
    #expect(Diagnostic(severity: .warning, location: nil, message: "m").description == "warning: m")
  }

  @Test("reading order is by file, line and column, and stable")
  func order() {
    let list = [diagnostic(line: 3, column: 1), diagnostic(line: 1, column: 9), diagnostic(line: 1, column: 2)]
    let note = Diagnostic(severity: .note, location: nil, message: "n")
    #expect((list + [note]).inReadingOrder().map { $0.location?.column } == [nil, 2, 9, 1])
  }
}

@Suite("Files are read through the loader")
struct SourceLoaderTests {
  @Test("references are resolved against their file, and cannot leave the root")
  func resolve() {
    let loader = SourceLoader(files: [:])
    #expect(loader.resolve("common.yaml", relativeTo: "contracts/apis/user.yaml") == "contracts/apis/common.yaml")
    #expect(loader.resolve("./../data/x.yaml", relativeTo: "contracts/apis/user.yaml") == "contracts/data/x.yaml")
    #expect(loader.resolve("../../../etc/passwd", relativeTo: "contracts/apis/user.yaml") == nil)
    #expect(loader.resolve("x.yaml", relativeTo: "/srv/a/b.yaml") == "/srv/a/x.yaml")
    let confined = SourceLoader(root: "/srv/contracts") { _ in [] }
    #expect(
      confined.resolve("../data/x.yaml", relativeTo: "/srv/contracts/apis/a.yaml") == "/srv/contracts/data/x.yaml")
    #expect(confined.resolve("../../secret.yaml", relativeTo: "/srv/contracts/apis/a.yaml") == nil)
    #expect(confined.resolve("/etc/passwd", relativeTo: "/srv/contracts/apis/a.yaml") == nil)
    #expect(confined.resolve("../../contracts-old/x.yaml", relativeTo: "/srv/contracts/apis/a.yaml") == nil)
  }

  @Test("a missing file is reported at the place that asks for it")
  func missing() {
    let place = SourceLocation(file: "a.yaml", line: 3, column: 7)
    do {
      _ = try SourceLoader(files: ["common.yaml": ""]).load("comon.yaml", referredToBy: place)
      Issue.record("loaded")
    } catch {
      #expect(
        error.diagnostics.map(\.description) == [
          "a.yaml:3:7: error: no such file: 'comon.yaml'\n  did you mean 'common.yaml'?"
        ])
    }
  }

  @Test("any error of the closure is reported; a byte order mark is skipped; other encodings are refused")
  func bytes() throws {
    struct Denied: Error, CustomStringConvertible { var description: String { "permission denied" } }
    let loader = SourceLoader { name in
      switch name {
      case "bom.yaml": [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)
      case "latin.yaml": [0x61, 0x3A, 0x20, 0xE9]
      default: throw Denied()
      }
    }
    #expect(try loader.load("bom.yaml").json == ["a": 1])
    #expect(throws: DiagnosticList.self) { try loader.load("latin.yaml") }
    do {
      _ = try loader.load("x.yaml")
      Issue.record("loaded")
    } catch {
      #expect(error.diagnostics.first?.message == "cannot read 'x.yaml': permission denied")
    }
  }
}
