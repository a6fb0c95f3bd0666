import Goldens
import Reporting
import RunModel
import Synchronization
import Testing

@Suite("Reports, byte for byte") struct GoldenReportTests {
  @Test("JUnit in both dialects")
  func junit() throws {
    try expectGolden(JUnitReport(dialect: .extended).render(SampleRun.troubled()), "troubled.junit.xml")
    try expectGolden(JUnitReport(dialect: .strict).render(SampleRun.troubled()), "troubled.strict.junit.xml")
    try expectGolden(JUnitReport().render(SampleRun.clean()), "clean.junit.xml")
  }

  @Test("HTML")
  func html() throws {
    try expectGolden(HTMLReport().render(SampleRun.troubled()), "troubled.html")
    try expectGolden(HTMLReport().render(SampleRun.clean()), "clean.html")
  }

  @Test("JSON")
  func json() throws {
    try expectGolden(JSONReport().render(SampleRun.troubled()), "troubled.run.json")
  }

  @Test("console: plain lines, colours, a moving line", arguments: [(false, false), (true, true)])
  func console(isColoured: Bool, isInteractive: Bool) throws {
    let output = Mutex("")
    let reporter = ConsoleReporter(style: TerminalStyle(isColoured: isColoured), isInteractive: isInteractive) { text in
      output.withLock { $0 += text }
    }
    for event in try SampleRun.troubledEvents() { reporter.receive(event) }
    reporter.printReports(["reports/index.html"])
    try expectGolden(output.withLock { $0 }, isInteractive ? "troubled.terminal.txt" : "troubled.console.txt")
  }
}
