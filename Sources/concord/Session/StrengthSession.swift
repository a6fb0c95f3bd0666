import ArgumentParser
import Contracts
import Reporting
import RunModel

/// A run of the contracts, and what its suites are worth.
struct StrengthSession {
  let run: RunSession
  /// Share of mutations that must be noticed, in percent.
  let minimum: Double
  let listsCarried: Bool

  /// Runs, measures, and exits with the verdict's code, or 1 when too little is noticed.
  func perform() async throws {
    let plan = try await Plan.load(stackFile: run.stackFile, dataset: run.dataset, contracts: run.contracts)
    let log = ExchangeLog()
    var run = run
    run.log = log
    var failures: ArgumentParser.ExitCode?
    do {
      try await run.perform(plan)
    } catch let code as ArgumentParser.ExitCode where code == ArgumentParser.ExitCode(.violations) {
      failures = code
    }
    let clock = ContinuousClock()
    var strength: SuiteStrength?
    let time = clock.measure { strength = StrengthMeter(plan.suites, log: log).measure() }
    guard let strength else { return }
    try report(strength, time)
    if let failures {
      StandardStreams.error.write("warning: cases failed; what their exchanges would notice is not counted\n")
      throw failures
    }
    if strength.figure.share * 100 < minimum { throw ArgumentParser.ExitCode(.violations) }
  }

  private func report(_ strength: SuiteStrength, _ time: Duration) throws {
    let text = StrengthText(strength, listsCarried: listsCarried)
    if run.console.quiet {
      StandardStreams.out.write(text.sentence + "\n")
    } else {
      let speed = Int(Double(strength.mutantCount) / max(time / .seconds(1), 0.001))
      let effort = "\(strength.mutantCount) mutated answers were judged, \(speed) per second"
      StandardStreams.out.write(([""] + text.lines + [effort]).joined(separator: "\n") + "\n")
    }
    if strength.figure.share * 100 < minimum {
      StandardStreams.error.write("error: at least \(minimum) % of the mutations must be noticed (--min-score)\n")
    }
    do {
      let folder = try ReportFolder(preparing: run.reports?.reports ?? ReportOptions.standardFolder)
      try folder.write(StrengthReport(strength).render(), named: StrengthReport.fileName)
    } catch {
      StandardStreams.error.write("error: \(error)\n")
      throw ArgumentParser.ExitCode(.stackFailed)
    }
  }
}
