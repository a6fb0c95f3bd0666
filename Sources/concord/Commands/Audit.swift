import ArgumentParser
import RunModel

/// `concord audit`: the second half of a run.
struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Audits that the data of all stores agrees; reads only, calls no service.")

  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions
  @OptionGroup var seed: SeedOptions
  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await RunSession(
      phases: [.boot, .audit], stackFile: stack.stack, dataset: dataset.choice, seed: seed.seed, report: report
    ).perform()
  }
}
