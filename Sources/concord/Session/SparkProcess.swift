// Spark is a user's own, started as they would start it: `spark-sql` with a script. It runs in a folder of its own under
// a guardian, like everything that a run starts, so that it ends with Concord whatever ends that.

import Audit
import FoundationEssentials
import Glibc
import RFC3339
import Stack

/// Runs scripts with `spark-sql`.
struct SparkProcess: SparkRunner {
  private let choice: SparkChoice
  private let supervisor: Supervisor
  private let clock = SystemWallClock()

  /// Why there is no answer.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Prepares a folder; ``finish()`` removes it.
  init(_ choice: SparkChoice) async throws {
    self.choice = choice
    supervisor = try await Supervisor.start(clock: clock, environment: RunIdentity.environment)
  }

  var name: String { "Spark (\(choice.master))" }

  /// Executors of a local master are on this machine.
  var folder: String? { choice.master.hasPrefix("local") ? supervisor.folder.path : nil }

  /// Ends Spark if it still runs, and removes the folder.
  func finish() async { await supervisor.finish() }

  func run(
    _ script: String, environment: [String: String], answer: (Substring) throws -> Void
  ) async throws {
    let folder = supervisor.folder.path
    let (scriptFile, answerFile) = ("\(folder)/audit.sql", "\(folder)/answers")
    try Data(script.utf8).write(to: URL(filePath: scriptFile))
    // The words come as arguments; what the shell reads is this line alone.
    let command = ["/bin/sh", "-c", #"exec "$@" > "$0""#, answerFile] + arguments(scriptFile)
    let log = LogStore(clock: clock, secrets: Array(environment.values))
    let process = try await supervisor.launch(
      ChildProcess.Command(command, environment: self.environment.merging(environment) { $1 }, directory: folder),
      log: log)
    guard let exit = await process.waitForExit() else {
      await process.stop()
      throw CancellationError()
    }
    guard exit == .status(0) else {
      throw Failure(description: "\(name) failed (\(exit)): \(Self.reason(in: log.tail(2000)))")
    }
    try Self.lines(of: answerFile, answer)
  }

  private func arguments(_ script: String) -> [String] {
    var arguments = [choice.program, "--master", choice.master]
    if let driver = choice.driver { arguments += ["--jars", driver, "--driver-class-path", driver] }
    let settings =
      [
        // No page, no metastore on disk, no warehouse in the folder of whoever started this.
        "spark.ui.enabled=false", "spark.sql.catalogImplementation=in-memory",
        "spark.sql.warehouse.dir=\(supervisor.folder.path)/warehouse", "spark.sql.cli.print.header=false",
        "spark.app.name=concord audit",
      ] + choice.settings
    for setting in settings { arguments += ["--conf", setting] }
    return arguments + ["-f", script]
  }

  /// A Spark of PyPI finds itself with the Python beside it.
  private var environment: [String: String] {
    var environment = RunIdentity.environment
    let beside = choice.program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    if !beside.isEmpty { environment["PATH"] = "\(beside):\(environment["PATH"] ?? "/usr/bin:/bin")" }
    return environment
  }

  /// The line that says most, of the hundreds that Java prints.
  static func reason(in lines: [String]) -> String {
    let telling = ["Caused by: ", "Exception", "Error", "error", "No such file"]
    let line = telling.lazy.compactMap { word in lines.first { $0.contains(word) } }.first ?? lines.last
    return line.map { String($0.trimmingPrefix(while: \.isWhitespace).prefix(500)) } ?? "it said nothing"
  }

  private static func lines(of path: String, _ body: (Substring) throws -> Void) throws {
    guard let file = fopen(path, "r") else { throw Failure(description: "Spark's answers cannot be read") }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer {
      free(line)
      fclose(file)
    }
    while true {
      let count = getline(&line, &capacity, file)
      guard count > 0, let line else { return }
      let bytes = UnsafeRawBufferPointer(start: line, count: count)
      try body(String(decoding: bytes, as: UTF8.self).dropLast(while: \.isNewline))
    }
  }
}

extension String {
  /// The text without the characters at its end that satisfy a condition.
  fileprivate func dropLast(while predicate: (Character) -> Bool) -> Substring {
    var text = self[...]
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}
