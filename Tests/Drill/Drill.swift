// Is every fault noticed? The marketplace is booted once per fault of its catalogue, its contracts are run and its data
// audited, and the table says who noticed what. Healthy runs in between must have nothing to report.

import ArgumentParser
import Faults
import Glibc

/// `make drill`: prints a table; exits with 1 when a fault was missed or a healthy run was not clean.
@main
struct Drill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "marketplace-drill",
    abstract: "Runs Concord against every fault of the marketplace and tells which were noticed.")

  @Argument(help: "The folder of the built programs.")
  var programs: String

  @Option(help: "Only faults whose id contains this text.")
  var only: String?

  @Option(help: "How many healthy runs are done in between.")
  var healthy = 10

  @Option(help: "How many stacks run at the same time.")
  var jobs = 2

  @Option(help: "Where the reports of runs that went wrong are kept.")
  var reports = "reports/drill"

  @Flag(help: "Keep the reports of all runs.")
  var keepAll = false

  func validate() throws {
    guard jobs > 0, healthy >= 0 else { throw ValidationError("--jobs must be at least 1, --healthy at least 0.") }
  }

  func run() async throws {
    let faults = FaultCatalog.all.filter { only.map($0.id.contains) ?? true }
    guard !faults.isEmpty else { throw ValidationError("No fault has '\(only ?? "")' in its id.") }
    let plan = DrillPlan(faults: faults, healthyRuns: healthy)
    let runner = DrillRunner(programs: programs, reports: reports, keepsAll: keepAll)
    let table = DrillTable(faults: faults)
    show(table.head)
    var results: [DrillResult] = []
    try await runner.run(plan, jobs: jobs) { result in
      results.append(result)
      show(table.row(result))
    }
    show(table.summary(results))
    if !results.allSatisfy(\.isRight) { throw ExitCode(1) }
  }

  /// Prints at once, also into a pipe: a drill takes minutes, and somebody is watching.
  private func show(_ text: String) {
    print(text)
    fflush(nil)
  }
}
