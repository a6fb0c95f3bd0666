import ArgumentParser

/// The command line of Concord.
@main
struct Concord: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "concord",
    abstract:
      "Boots a stack of services, tests that every API keeps its contract, then audits that the data of all their databases still agrees.",
    discussion: """
      Everything is described in a stack file and in open standards beside it: OpenAPI documents for the APIs, \
      Arazzo workflows for the suites, ODCS data contracts for tables, collections and the references between them.

      Exit codes: 0 passed; 1 contract failures or audit findings; 2 contracts or options that cannot be used, \
      nothing was started; 3 the stack or a store failed; 64 wrong usage; 130 interrupted.
      """,
    version: Version.text,
    subcommands: [
      Run.self, Contracts.self, Audit.self, Up.self, Lint.self, Checks.self, Replay.self, Strength.self, Import.self,
      BaselineCommand.self, Suggest.self,
    ])
}
