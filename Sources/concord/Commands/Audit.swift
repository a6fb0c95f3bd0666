import ArgumentParser
import RunModel

/// `concord audit`: the second half of a run.
struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Audits that the data of all stores agrees; reads only, calls no service.",
    discussion: """
      How each rule is decided is planned from what the stores know of their data: rows, indexes, gaps between ids. \
      --explain prints the plans with what they are expected to take, and audits nothing; with --engine spark, the \
      script.
      """)

  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions
  @OptionGroup var seed: SeedOptions
  @OptionGroup(title: "Limits") var limits: AuditLimitOptions
  @OptionGroup var sweep: SweepOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var baseline: BaselineOptions
  @OptionGroup var report: ReportOptions

  @Flag(help: "Print how each rule would be decided and what that would take, and audit nothing.")
  var explain = false

  @Option(
    help: ArgumentHelp(
      "Write what would repair broken references, with an undo, into a new folder; nothing is executed.",
      valueName: "folder"),
    completion: .directory)
  var repairPlan: String?

  func validate() throws {
    guard explain, repairPlan != nil else { return }
    throw ValidationError("--explain audits nothing, and --repair-plan is of what an audit finds: use one of them")
  }

  func run() async throws {
    let session = try RunSession(
      phases: [.boot, .audit], stackFile: stack.stack, dataset: dataset.choice, seed: seed.seed, report: report,
      auditLimits: limits.limits, baseline: baseline.choice, spark: engine.choice,
      repairs: repairPlan.map(RepairFolder.init), isFullSweep: sweep.full)
    try await explain ? session.explain() : session.perform()
  }
}
