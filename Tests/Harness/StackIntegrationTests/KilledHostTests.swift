import Glibc
import Stack
import Testing

@Suite("A host that is killed")
struct KilledHostTests {
  @Test("SIGKILL of the host leaves no process, no socket and no folder", arguments: [false, true])
  func killed(whileBooting: Bool) async throws {
    let late = whileBooting ? ", LATE: \"1000\"" : ""
    let fixture = try StackFixture(
      """
      stores:
        one: { kind: postgresql, embedded: { database: d, user: u, password: p } }
        two: { kind: postgresql, embedded: { database: d, user: u, password: p } }
      services:
        stubborn:
          process:
            command: [sh, -c, "trap '' TERM; sh -c 'while :; do sleep 0.1; done' & exec python3 server.py"]
            environment: { PORT: "${self.port}"\(late) }
      """, files: ["server.py": StackFixture.server])
    // A second supervisor runs the host, so that a failing test does not leave anything either.
    try await withSupervisor { supervisor in
      var command = ChildProcess.Command(
        [try #require(builtProgram("stack-test-host")), fixture.file], environment: fixture.environment)
      command.grace = .milliseconds(100)
      let process = try await supervisor.launch(command, log: LogStore(clock: supervisor.clock))
      let line = whileBooting ? "stubborn starting" : "up after"
      try await eventually("the host says '\(line)'") {
        if let exit = process.exit {
          Issue.record("the host ended with \(exit): \(process.log.tail(20))")
          throw CancellationError()
        }
        return process.log.firstLine { $0.hasPrefix(line) } != nil
      }
      try await eventually("the service runs") { fixture.processes.count > 2 }
      #expect(!fixture.runFolders.isEmpty)
      #expect(kill(process.processID, SIGKILL) == 0)
      #expect(await process.waitForExit() == .signal(SIGKILL))
      try await eventually("everything is gone") { fixture.processes.isEmpty && fixture.runFolders.isEmpty }
    }
    #expect(try Files.list("/tmp").allSatisfy { !$0.hasPrefix(".s.PGSQL.") || !$0.contains(fixture.folder.path) })
  }
}
