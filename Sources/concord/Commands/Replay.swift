import ArgumentParser
import RunModel

/// `concord replay`: one case of an earlier run once more.
struct Replay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Repeats one case of an earlier run, with its seed and data, and tells all about it.",
    discussion: """
      The stack is booted as that run booted it, and what the case builds on runs before it. Exit codes as of \
      'concord contracts': 0 the case passes now, 1 it fails, 3 it could not be judged.
      """)

  @Argument(help: ArgumentHelp("The case as reports name it: suite/name.", valueName: "case"))
  var caseName: String

  @Option(
    help: ArgumentHelp("The run that had the case.", valueName: "file"), completion: .file(extensions: ["json"]))
  var run = "reports/run.json"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The stack description, if it is elsewhere now.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var stack: String?

  func run() async throws {
    let recorded: RecordedRun
    do {
      recorded = try RecordedRun(file: run)
      let id = try recorded.caseID(named: caseName)
      try await ReplaySession(recorded: recorded, id: id, stackFile: stack ?? recorded.stackFile).perform()
    } catch let problem as RecordedRun.Problem {
      StandardStreams.error.write("error: \(problem.message)\n  \(problem.remedy)\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
  }
}
