import ArgumentParser
import Reporting
import RunModel

/// Where and how a run is reported, and what fails it.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder for index.html, junit.xml and run.json.", valueName: "folder"), completion: .directory)
  var reports = Self.standardFolder

  /// Where reports go unless somebody says otherwise.
  static let standardFolder = "reports"

  @Option(
    help: ArgumentHelp(
      "JUnit dialect: 'extended' adds file and line to each case, 'strict' is valid against the public schemas.",
      valueName: "dialect"))
  var junitDialect: JUnitReport.Dialect = .extended

  @OptionGroup var console: ConsoleOptions
}

/// What fails a run, and how it shows on the console.
struct ConsoleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Lowest severity of an audit finding that fails the run.", valueName: "severity"))
  var failOn: Severity = .error

  @Flag(inversion: .prefixedNo, help: "Colours on the console; decided by the terminal and NO_COLOR if not given.")
  var color: Bool?

  @Flag(name: .shortAndLong, help: "Print nothing but the result.")
  var quiet = false
}

extension JUnitReport.Dialect: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
