import FoundationEssentials
import JSON
import RunModel
import Synchronization
import Testing

@testable import Reporting

/// Random runs full of texts that break formats, against every format.
@Suite("No text breaks a report") struct HostileTextTests {
  private static let seeds = Array(UInt64(1)...24)

  @Test("the page stays a tree of known elements, each link has its target, no id comes twice", arguments: seeds)
  func page(seed: UInt64) throws {
    let page = HTMLReport().render(try SampleRun.record(of: GeneratedRun.events(seed: seed)))
    let structure = PageStructure(page)
    #expect(structure.problems == [])
    #expect(structure.elements.isDisjoint(with: ["script", "img", "iframe", "link", "object", "b"]))
    #expect(structure.attributes.isDisjoint(with: ["onload", "onmouseover", "onfocus", "src", "style"]))
    #expect(Set(structure.ids).count == structure.ids.count)
    let targets = Set(structure.ids.map { "#\($0)" })
    for link in structure.links { #expect(targets.contains(link)) }
    #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
  }

  @Test(
    "JUnit stays XML, in both dialects",
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/xmllint"), "xmllint is not installed"),
    arguments: seeds)
  func junit(seed: UInt64) throws {
    let record = try SampleRun.record(of: GeneratedRun.events(seed: seed))
    for dialect in JUnitReport.Dialect.allCases {
      let file = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID().uuidString).xml")
      defer { try? FileManager.default.removeItem(at: file) }
      try Data(JUnitReport(dialect: dialect).render(record).utf8).write(to: file)
      #expect(try run("/usr/bin/xmllint", ["--noout", "--nonet", "--huge", file.path]) == 0)
    }
  }

  @Test("a case told in full commands no terminal", arguments: seeds)
  func replay(seed: UInt64) throws {
    for event in try GeneratedRun.events(seed: seed) {
      guard case .caseFinished(let result) = event else { continue }
      for line in CaseText(result).lines {
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || (0x7F...0x9F).contains($0.value) })
      }
    }
  }

  @Test("run.json stays JSON and keeps every text exactly", arguments: seeds)
  func json(seed: UInt64) throws {
    let record = try SampleRun.record(of: GeneratedRun.events(seed: seed))
    let json = try JSONValue(parsing: JSONReport().render(record))
    #expect(json["run"]?["stack"]?.stringValue == record.header.stack)
    let cases = try #require(json["contracts"]?["cases"]?.arrayValue)
    #expect(cases.map { $0["title"]?.stringValue } == record.cases.map(\.title))
    #expect(
      cases.map { ($0["failures"]?.arrayValue ?? []).map { $0["message"]?.stringValue } }
        == record.cases.map { $0.failures.map(\.message) })
  }

  @Test("a terminal gets no control character but those that Concord writes", arguments: seeds)
  func console(seed: UInt64) throws {
    for isInteractive in [false, true] {
      let output = Mutex("")
      let reporter = ConsoleReporter(style: TerminalStyle(isColoured: false), isInteractive: isInteractive) { text in
        output.withLock { $0 += text }
      }
      for event in try GeneratedRun.events(seed: seed) { reporter.receive(event) }
      var text = output.withLock { $0 }
      for own in ["\r\u{1B}[K", "\u{1B}[?7l", "\u{1B}[?7h"] where isInteractive { text = text.replacing(own, with: "") }
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x202E })
    }
  }

  @Test("equal runs give equal bytes")
  func determinism() throws {
    for report in ReportCatalog.all(junitDialect: .extended) {
      let first = report.render(try SampleRun.record(of: GeneratedRun.events(seed: 7)))
      #expect(first == report.render(try SampleRun.record(of: GeneratedRun.events(seed: 7))))
    }
  }
}
