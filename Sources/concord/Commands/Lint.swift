import ArgumentParser

/// `concord lint`: checks without starting anything.
struct Lint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks the stack description and all its contracts without starting anything.",
    discussion: """
      All problems are reported at once, each with file, line, column and what to do. Exit code 2 if any is an error. \
      With --live the stack is brought up, and the data contracts are compared with what the stores hold: tables, \
      columns, types, keys, indexes of references, and whether every rule can be evaluated.
      """)

  @OptionGroup var stack: StackOptions

  @Flag(help: "Compare the data contracts with the catalogues of the running stores as well.")
  var live = false

  func run() async throws {
    if live { return try await LiveLintSession(stackFile: stack.stack).perform() }
    let plan = try await Plan.load(
      stackFile: stack.stack, dataset: .none, baseline: .standard, resolvesEnvironment: false)
    StandardStreams.out.write(plan.summary + "\n")
  }
}
