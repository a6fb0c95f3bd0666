import ArgumentParser
import RunModel

/// `concord contracts`: the first half of a run.
struct Contracts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Boots the stack and tests that every API keeps its contract; leaves the audit out.")

  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions
  @OptionGroup var seed: SeedOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await RunSession(
      phases: [.boot, .contracts], stackFile: stack.stack, dataset: dataset.choice, seed: seed.seed, report: report,
      contracts: selection.settings
    ).perform()
  }
}
