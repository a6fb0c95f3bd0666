import ArgumentParser

/// `concord suggest`: references that nobody has written down.
struct Suggest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proposes relationships between stores that the data contracts lack.",
    discussion: """
      Brings the stack up, and looks for columns that are called like a key of another store, or whose values all exist \
      there. What it prints can be copied into the contracts; nothing is written.
      """)

  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions

  func run() async throws {
    try await SuggestSession(stackFile: stack.stack, dataset: try dataset.choice).perform()
  }
}
