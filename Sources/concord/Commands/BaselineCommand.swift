import ArgumentParser
import Audit
import RFC3339
import RunModel

/// `concord baseline`: findings that are accepted for a time.
struct BaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Accepts known findings for a time, so that audits fail only on what is new, has grown or is overdue.",
    discussion: """
      The file lists each accepted cause with its owner, a reason and a last day. It belongs into the repository: the \
      stack names it as 'baseline', or --baseline does. Findings that are gone must leave it.
      """,
    subcommands: [BaselineUpdateCommand.self, BaselineCheckCommand.self])
}

/// What both commands need to audit.
struct BaselineAuditOptions: ParsableArguments {
  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions
  @OptionGroup(title: "Limits") var limits: AuditLimitOptions
  @OptionGroup var console: ConsoleOptions

  @Option(
    help: ArgumentHelp("File of accepted findings; the stack's 'baseline' if not given.", valueName: "file"),
    completion: .file(extensions: ["yaml"]))
  var baseline: String?

  /// The audit that both are about; it writes no reports.
  func session() throws -> RunSession {
    RunSession(
      phases: [.boot, .audit], stackFile: stack.stack, dataset: try dataset.choice, seed: nil, reports: nil,
      console: console, auditLimits: limits.limits, baseline: baseline.map { .file($0) } ?? .standard)
  }
}

/// `concord baseline update`.
struct BaselineUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", abstract: "Audits, and writes what was found into the file of accepted findings.",
    discussion: """
      What is new, has grown or is overdue is accepted under --owner and --reason; what is gone is removed, and counts \
      that went down go down. With --prune nothing is accepted.
      """)

  @OptionGroup var options: BaselineAuditOptions

  @Option(help: ArgumentHelp("Who is going to deal with what is accepted now.", valueName: "name"))
  var owner: String?

  @Option(help: ArgumentHelp("Why it is accepted for now.", valueName: "text"))
  var reason: String?

  @Option(
    help: ArgumentHelp("Last day on which it is accepted: 2026-12-31, or a number of days, 90d.", valueName: "day"))
  var expires = "90d"

  @Flag(help: "Only remove what is gone and lower counts; accept nothing.")
  var prune = false

  func validate() throws {
    if prune {
      if owner != nil || reason != nil {
        throw ValidationError("--prune accepts nothing, so it takes no --owner and no --reason")
      }
      return
    }
    guard let owner, let reason, [owner, reason].allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
      throw ValidationError(
        "whoever accepts findings says who deals with them (--owner) and why (--reason); or --prune")
    }
    guard expiry(at: SystemWallClock().now()) != nil else {
      throw ValidationError("--expires is a day such as 2026-12-31, or a number of days from today such as 90d")
    }
  }

  private func expiry(at now: Timestamp) -> ExpiryDay? {
    if expires.hasSuffix("d"), let days = Int(expires.dropLast()), (0...36_500).contains(days) {
      return ExpiryDay(now, addingDays: days)
    }
    return ExpiryDay(expires)
  }

  func run() async throws {
    var terms: BaselineUpdate.Terms?
    if let owner, let reason, let expires = expiry(at: SystemWallClock().now()) {
      terms = BaselineUpdate.Terms(owner: owner, reason: reason, expires: expires)
    }
    try await BaselineSession(run: options.session()).update(terms)
  }
}

/// `concord baseline check`.
struct BaselineCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Audits, and tells whether the file of accepted findings is still right.",
    discussion:
      "Exit code 1 when a finding is new, has grown or is overdue, or when an accepted one is gone. Writes no reports.")

  @OptionGroup var options: BaselineAuditOptions

  func run() async throws {
    try await BaselineSession(run: options.session()).check()
  }
}
