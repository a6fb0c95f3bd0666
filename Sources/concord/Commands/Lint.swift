import ArgumentParser

/// `concord lint`: checks without starting anything.
struct Lint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks the stack description and all its contracts without starting anything.",
    discussion:
      "All problems are reported at once, each with file, line, column and what to do. Exit code 2 if any is an error.")

  @OptionGroup var stack: StackOptions

  func run() async throws {
    let plan = try await Plan.load(
      stackFile: stack.stack, dataset: .none, baseline: .standard, resolvesEnvironment: false)
    StandardStreams.out.write(plan.summary + "\n")
  }
}
