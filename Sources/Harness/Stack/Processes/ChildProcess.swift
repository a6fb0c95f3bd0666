import Glibc
import Subprocess
import SystemPackage

/// A command that could not be started at all.
package struct ProcessLaunchError: Error, Sendable, Hashable, CustomStringConvertible {
  package let command: String
  package let message: String

  package var description: String { "cannot start \(command): \(message)" }
}

/// A process of the run, alone in its session and process group, from launch until it is reaped.
///
/// Output and error output go line by line into the log. Standard input is a pipe that stays open as long as we live,
/// so that a program may watch it. When the process has ended, the rest of its group is killed before its id is
/// released, so the signal cannot hit a stranger. See `Guardian` for what happens when we are killed.
package final class ChildProcess: Sendable {
  /// What to run and how to stop it.
  package struct Command: Sendable, Hashable {
    /// Program and arguments; a program without slash is looked up in `PATH`.
    package var arguments: [String]
    /// The whole environment.
    package var environment: [String: String]
    /// Folder to run in; nil for our own.
    package var directory: String?
    /// The signal that asks the process to end.
    package var stopSignal: StopSignal = .terminate
    /// How long it may take to end before it is killed.
    package var grace: Duration = .seconds(5)

    /// A command that is asked to stop by SIGTERM and has five seconds to do so.
    package init(_ arguments: [String], environment: [String: String], directory: String? = nil) {
      self.arguments = arguments
      self.environment = environment
      self.directory = directory
    }
  }

  /// A signal that asks a process to end, by the name that kill(1) knows.
  package enum StopSignal: String, Sendable, Hashable {
    case terminate = "TERM"
    case interrupt = "INT"
    case quit = "QUIT"

    var signal: Signal {
      switch self {
      case .terminate: .terminate
      case .interrupt: .interrupt
      case .quit: .quit
      }
    }
  }

  /// Process id, also the id of its process group.
  package let processID: Int32
  /// What it said.
  package let log: LogStore

  private let exited: Latch<ProcessExit>
  private let stopping = Latch<Void>()

  /// How it ended; nil while it runs.
  package var exit: ProcessExit? { exited.value }

  /// Waits until it has ended and all its output is in the log; nil when the waiting task is cancelled first.
  package func waitForExit() async -> ProcessExit? { await exited.wait() }

  /// Asks the process group to end, kills it when its grace is over, and returns once it is reaped.
  @discardableResult
  package func stop() async -> ProcessExit {
    stopping.set(())
    // Stopping goes on although whoever asked for it is cancelled.
    return await Task { [exited] in await exited.wait() ?? .status(0) }.value
  }

  private init(processID: Int32, log: LogStore, exited: Latch<ProcessExit>) {
    self.processID = processID
    self.log = log
    self.exited = exited
  }

  /// Starts a process.
  ///
  /// - Parameter number: unique in the run; names the file that registers the process with the guardian.
  static func launch(
    _ command: Command, number: Int, in folder: RunFolder, log: LogStore
  ) async throws(ProcessLaunchError) -> ChildProcess {
    let registration = "\(folder.processFolder)/\(number)"
    let launched = Latch<Result<ChildProcess, ProcessLaunchError>>()
    // Unstructured, because the process lives longer than the call; it ends with the process.
    Task { await supervise(command, in: folder, registration: registration, log: log, launched) }
    let result = await Task { await launched.wait() }.value
    guard let result else { throw ProcessLaunchError(command: command.arguments[0], message: "interrupted") }
    return try result.get()
  }

  private static func supervise(
    _ command: Command, in folder: RunFolder, registration: String, log: LogStore,
    _ launched: Latch<Result<ChildProcess, ProcessLaunchError>>
  ) async {
    let exited = Latch<ProcessExit>()
    do {
      let result = try await Subprocess.run(
        configuration(command, in: folder, registration: registration),
        input: .inputWriter, output: .sequence, error: .combinedWithOutput
      ) { execution in
        let process = ChildProcess(processID: execution.processIdentifier.value, log: log, exited: exited)
        launched.set(.success(process))
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            guard await process.stopping.wait() != nil else { return }
            await execution.teardown(using: [
              .send(signal: command.stopSignal.signal, toProcessGroup: true, allowedDurationToNextStep: command.grace)
            ])
          }
          await read(execution.standardOutput, into: log)
          await waitUntilExited(process.processID)
          group.cancelAll()
        }
        try? execution.send(signal: .kill, toProcessGroup: true)
        unlink(registration)
      }
      log.finish()
      exited.set(ProcessExit(result.terminationStatus))
    } catch {
      log.finish()
      let failure = ProcessLaunchError(command: command.arguments[0], message: "\(error)")
      if !launched.set(.failure(failure)) { exited.set(.unknown("\(error)")) }
    }
  }

  private static func configuration(_ command: Command, in folder: RunFolder, registration: String) -> Configuration {
    var options = PlatformOptions()
    // A session of its own keeps Ctrl-C of the terminal away and makes the process the leader of its group. Session
    // and group are never both asked for, nor any user id: that would leave the posix_spawn path.
    options.createSession = true
    var environment: [Environment.Key: String] = [:]
    for (name, value) in command.environment {
      if let key = Environment.Key(rawValue: name) { environment[key] = value }
    }
    environment[Guardian.marker] = folder.path
    return Configuration(
      executable: .path("/bin/sh"),
      arguments: Arguments(
        ["-c", Guardian.launcher, "concord", registration, folder.openFile, command.stopSignal.rawValue]
          + command.arguments),
      environment: .custom(environment), workingDirectory: command.directory.map { FilePath($0) },
      platformOptions: options)
  }

  private static func read(_ output: SubprocessOutputSequence, into log: LogStore) async {
    do {
      for try await buffer in output { buffer.withUnsafeBytes { log.append($0) } }
    } catch {
      log.append(line: "concord: cannot read more of this output: \(error)")
    }
  }

  /// Waits, without reaping, for a process that has closed its output; it has mostly ended at the same moment.
  private static func waitUntilExited(_ processID: Int32) async {
    var pause = Duration.milliseconds(1)
    while true {
      var info = siginfo_t()
      let result = waitid(P_PID, id_t(processID), &info, WEXITED | WNOHANG | WNOWAIT)
      if info.si_code != 0 || (result != 0 && errno != EINTR) { return }
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(20))
    }
  }
}
