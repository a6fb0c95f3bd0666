import FoundationEssentials
import JSON
import RunModel
import Synchronization
import Testing

@testable import Reporting

@Suite("What comes from outside stays text") struct ReportSafetyTests {
  @Test("no markup of a quoted body, log or finding survives in the page")
  func html() throws {
    let page = HTMLReport().render(try SampleRun.troubled())
    #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
    #expect(!page.lowercased().contains("<script"))
    #expect(!page.contains("<b>last words</b>"))
    #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
  }

  @Test("the page loads nothing and needs no script")
  func selfContained() throws {
    let page = HTMLReport().render(try SampleRun.troubled())
    for loader in ["<link", "<img", "<iframe", "@import", "url(http", "src=", "javascript:"] {
      #expect(!page.contains(loader), "\(loader)")
    }
  }

  @Test("every link within the page has its target, also when the run ended before anything was planned")
  func anchors() throws {
    let stillborn = try SampleRun.record(of: Array(SampleRun.troubledEvents().prefix(3)))
    for record in [try SampleRun.troubled(), try SampleRun.clean(), stillborn] {
      let structure = PageStructure(HTMLReport().render(record))
      #expect(structure.problems == [])
      #expect(Set(structure.links).subtracting(structure.ids.map { "#\($0)" }) == [])
    }
    #expect(HTMLReport().render(stillborn).contains("<strong>–</strong><span class=\"unit\"> never begun</span>"))
  }

  @Test("a link to a folded card unfolds it: the anchor lies within")
  func anchorsInsideCards() throws {
    let page = HTMLReport().render(try SampleRun.troubled())
    for anchor in ["rule-orders-reference-existing-users", "case-1"] {
      #expect(page.contains("<div class=\"body\" id=\"\(anchor)\">"))
    }
  }

  @Test("characters that XML cannot carry are replaced, the rest survives")
  func xml() {
    #expect(XMLWriter.escaped("a\u{0}b\u{B}c\u{FFFE}", inAttribute: false) == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
    #expect(XMLWriter.escaped("<&>\"\n\t\r]]>", inAttribute: true) == "&lt;&amp;&gt;&quot;&#10;&#9;&#13;]]&gt;")
    #expect(XMLWriter.escaped("é😀\n", inAttribute: false) == "é😀\n")
  }

  @Test("a terminal obeys nothing that a service wrote")
  func terminal() throws {
    let output = Mutex("")
    let reporter = ConsoleReporter(style: TerminalStyle(isColoured: false), isInteractive: false) { text in
      output.withLock { $0 += text }
    }
    for event in try SampleRun.troubledEvents() { reporter.receive(event) }
    #expect(output.withLock { !$0.contains("\u{1B}") })
  }

  @Test("run.json is JSON, and says what the record says")
  func json() throws {
    let json = try JSONValue(parsing: JSONReport().render(SampleRun.troubled()))
    #expect(json["format"] == "concord-run")
    #expect(json["verdict"] == "undecided")
    #expect(json["exitCode"] == 3)
    #expect(json["contracts"]?["counts"]?["missing"] == 1)
    #expect(json["audit"]?["rules"]?.arrayValue?.count == 3)
    #expect(json["audit"]?["rules"]?[0]?["result"]?["findings"]?[0]?["values"]?["note"] == .null)
  }

  @Test(
    "colours follow the preference, then the environment, then the stream",
    arguments: [
      (true, ["NO_COLOR": "1"], false, true), (false, [:], true, false), (nil, ["NO_COLOR": "1"], true, false),
      (nil, ["NO_COLOR": ""], true, true), (nil, ["CLICOLOR_FORCE": "1"], false, true),
      (nil, ["CLICOLOR_FORCE": "0"], true, true), (nil, ["TERM": "dumb"], true, false), (nil, [:], false, false),
    ] as [(Bool?, [String: String], Bool, Bool)])
  func colours(preference: Bool?, environment: [String: String], isTerminal: Bool, expected: Bool) {
    let style = TerminalStyle(preference: preference, environment: environment, isTerminal: isTerminal)
    #expect(style.isColoured == expected)
  }
}
