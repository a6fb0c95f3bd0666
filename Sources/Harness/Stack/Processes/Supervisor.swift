package import RFC3339
import Synchronization

/// Starts the processes of one run and ends them all; owner of the run folder and its guardian.
package final class Supervisor: Sendable {
  package let folder: RunFolder
  package let clock: any WallClock
  /// Environment that processes start from.
  package let environment: [String: String]

  private let guardian: Guardian
  private let launches = Atomic<Int>(0)

  private init(folder: RunFolder, guardian: Guardian, clock: any WallClock, environment: [String: String]) {
    self.folder = folder
    self.guardian = guardian
    self.clock = clock
    self.environment = environment
  }

  /// Makes a run folder and posts the guardian; from here on nothing outlives us.
  package static func start(clock: any WallClock, environment: [String: String]) async throws(StackError) -> Supervisor
  {
    var generator = SystemRandomNumberGenerator()
    let folder = RunFolder.propose(environment: environment, using: &generator)
    do {
      let guardian = try await Guardian.start(for: folder)
      return Supervisor(folder: folder, guardian: guardian, clock: clock, environment: environment)
    } catch {
      throw StackError(
        .system, "\(error)", remedy: "Concord needs a POSIX shell at /bin/sh and a TMPDIR that can be written to")
    }
  }

  /// Starts a process of the run.
  package func launch(_ command: ChildProcess.Command, log: LogStore) async throws(ProcessLaunchError) -> ChildProcess {
    let number = launches.wrappingAdd(1, ordering: .relaxed).newValue
    return try await ChildProcess.launch(command, number: number, in: folder, log: log)
  }

  /// Runs a command to its end; ends it when the calling task is cancelled.
  ///
  /// - Returns: its exit and the last lines (at most 400) of its output and error output.
  package func run(_ command: ChildProcess.Command) async throws(ProcessLaunchError) -> (
    exit: ProcessExit, output: [String]
  ) {
    let log = LogStore(clock: clock)
    let process = try await launch(command, log: log)
    var exit = await process.waitForExit()
    if exit == nil { exit = await process.stop() }
    return (exit ?? .status(0), log.tail(400))
  }

  /// Ends whatever is left of the run and removes its folder.
  package func finish() async {
    await guardian.finish()
  }
}
