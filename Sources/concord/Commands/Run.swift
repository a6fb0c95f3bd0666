import ArgumentParser
import RunModel

/// `concord run`: the whole line.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Boots the stack, tests the contracts, audits the data, writes the reports.")

  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions
  @OptionGroup var seed: SeedOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Limits of the audit") var limits: AuditLimitOptions
  @OptionGroup var sweep: SweepOptions
  @OptionGroup var baseline: BaselineOptions
  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await RunSession(
      phases: [.boot, .contracts, .audit], stackFile: stack.stack, dataset: dataset.choice, seed: seed.seed,
      report: report, contracts: selection.settings, auditLimits: limits.limits, baseline: baseline.choice,
      isFullSweep: sweep.full
    ).perform()
  }
}
