import Glibc
import HTTP
package import RFC3339
package import RunModel

/// Boots a described stack: stores first and all at once, then services as soon as what they need is ready.
package struct StackRunner: Sendable {
  /// Choices that are not the stack's.
  package struct Options: Sendable {
    /// Folder, which must exist, that gets a file with the log of each component; nil for none.
    package var logFolder: String?

    /// No files.
    package init(logFolder: String? = nil) {
      self.logFolder = logFolder
    }
  }

  let description: StackDescription
  let binaries: String
  let environment: [String: String]
  let events: EventStream
  let clock: any WallClock
  let options: Options

  /// Prepares a boot.
  ///
  /// - Parameters:
  ///   - binaries: folder of the Concord programs (`concord`, `firestore-emulator`).
  ///   - environment: environment of Concord, which the processes inherit.
  package init(
    description: StackDescription, binaries: String, environment: [String: String], events: EventStream,
    clock: any WallClock = SystemWallClock(), options: Options = Options()
  ) {
    self.description = description
    self.binaries = Self.absolute(binaries)
    self.environment = environment
    self.events = events
    self.clock = clock
    self.options = options
  }

  /// Starts everything and returns when all of it is ready.
  ///
  /// - Throws: `StackError` about the first component that failed; everything that was started is ended by then.
  package func boot() async throws(StackError) -> RunningStack {
    let supervisor = try await Supervisor.start(clock: clock, environment: childEnvironment)
    let http = HTTPClient()
    let board = ComponentBoard(supervisor: supervisor, http: http, events: events)
    do {
      let boot = Boot(runner: self, supervisor: supervisor, board: board, http: http)
      return try await boot.run()
    } catch {
      await board.stop()
      // Whatever broke off because the boot was cancelled is not at fault.
      throw Task.isCancelled ? StackError(.interrupted, "stopped before it was up") : error
    }
  }

  /// What every process inherits: our environment, with a time zone and a locale that make runs repeatable.
  private var childEnvironment: [String: String] {
    environment.merging(["TZ": "UTC", "LC_ALL": "C.UTF-8"]) { _, new in new }
  }

  /// Folder of `stack.yaml`, absolute.
  var stackFolder: String {
    let folder = StackFiles.folder(of: description.file)
    return Self.absolute(folder.isEmpty ? "." : folder)
  }

  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    let folder = String(cString: current)
    return path == "." || path.isEmpty ? folder : "\(folder)/\(path)"
  }
}
