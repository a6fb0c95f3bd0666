import Glibc
import RFC3339
import Stack
import Testing

@Suite("Child processes")
struct ChildProcessTests {
  @Test("output and error output arrive line by line, and the exit is told")
  func output() async throws {
    try await withSupervisor { supervisor in
      let process = try await supervisor.shell("echo one; echo two >&2; printf three; exit 7")
      #expect(await process.waitForExit() == .status(7))
      #expect(process.log.tail(10) == ["one", "two", "three"])
      #expect(process.exit == .status(7))
    }
  }

  @Test("a crash is told by number and name of the signal")
  func crash() async throws {
    try await withSupervisor { supervisor in
      let process = try await supervisor.shell("echo last words; kill -ABRT $$")
      let exit = await process.waitForExit()
      #expect(exit == .signal(6))
      #expect(exit?.description == "signal 6 (SIGABRT)")
      #expect(process.log.tail(1) == ["last words"])
    }
  }

  @Test("a command that does not exist ends with status 127 and says so")
  func missing() async throws {
    try await withSupervisor { supervisor in
      let command = ChildProcess.Command(["no-such-command-anywhere"], environment: supervisor.environment)
      let process = try await supervisor.launch(command, log: LogStore(clock: supervisor.clock))
      #expect(await process.waitForExit() == .status(127))
      #expect(process.log.tail(1).first?.contains("no-such-command-anywhere") == true)
    }
  }

  @Test("a folder that does not exist is an error of the launch")
  func missingFolder() async throws {
    try await withSupervisor { supervisor in
      let command = ChildProcess.Command(["true"], environment: supervisor.environment, directory: "/no/such/folder")
      await #expect(throws: ProcessLaunchError.self) {
        try await supervisor.launch(command, log: LogStore(clock: supervisor.clock))
      }
    }
  }

  @Test("stopping ends the whole group, also what ignores SIGTERM")
  func stopGroup() async throws {
    try await withSupervisor { supervisor in
      let process = try await supervisor.shell(
        """
        sh -c 'trap "" TERM; echo child $$; while :; do sleep 0.05; done' &
        trap '' TERM
        while :; do sleep 0.05; done
        """,
        grace: .milliseconds(200))
      try await eventually("the child talks") { process.log.firstLine { $0.hasPrefix("child ") } != nil }
      let line = try #require(process.log.firstLine { $0.hasPrefix("child ") })
      let child = try #require(Int32(line.dropFirst(6)))
      #expect(await process.stop() == .signal(SIGKILL))
      try await eventually("the grandchild is gone") { kill(child, 0) != 0 }
      #expect(kill(process.processID, 0) != 0, "reaped")
    }
  }

  @Test("a process that obeys SIGTERM is not killed, and stopping twice is fine")
  func graceful() async throws {
    try await withSupervisor { supervisor in
      let process = try await supervisor.shell("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.02; done")
      try await eventually("it is up") { process.log.firstLine { $0 == "up" } != nil }
      async let first = process.stop()
      async let second = process.stop()
      #expect(await [first, second] == [.status(3), .status(3)])
      #expect(process.log.tail(1) == ["bye"])
    }
  }

  @Test("children that a dead leader leaves in its group die with it, and do not hold up its end")
  func orphans() async throws {
    try await withSupervisor { supervisor in
      let process = try await supervisor.shell("sleep 600 & echo $!; exit 1")
      #expect(await process.waitForExit() == .status(1))
      let orphan = try #require(Int32(process.log.tail(1).first ?? ""))
      try await eventually("the orphan is gone") { kill(orphan, 0) != 0 }
    }
  }

  @Test("standard input is a pipe that stays open")
  func standardInput() async throws {
    try await withSupervisor { supervisor in
      let process = try await supervisor.shell("read line || echo closed; echo end")
      let early = Task { await process.waitForExit() }
      try await Task.sleep(for: .milliseconds(50))
      #expect(process.exit == nil)
      await process.stop()
      #expect(await early.value != nil)
    }
  }

  @Test("a daemon that left its group and session is found at the end of the run")
  func daemon() async throws {
    let supervisor = try await Supervisor.start(clock: SystemWallClock(), environment: testEnvironment())
    let process = try await supervisor.shell(
      "setsid sh -c 'echo $$; exec >/dev/null 2>&1; while :; do sleep 0.1; done' & wait")
    try await eventually("the daemon talks") { !process.log.tail(1).isEmpty }
    let daemon = try #require(Int32(process.log.tail(1).first ?? ""))
    await process.stop()
    #expect(kill(daemon, 0) == 0)
    await supervisor.finish()
    try await eventually("the daemon is gone") { kill(daemon, 0) != 0 }
    #expect(!exists(supervisor.folder.path))
  }

  @Test("a hundred processes leave no descriptor and no zombie behind")
  func leaks() async throws {
    try await withSupervisor { supervisor in
      // The first launch opens what the process keeps for its whole life.
      _ = await (try await supervisor.shell("exit 0")).waitForExit()
      for _ in 0..<10 {
        try await withThrowingTaskGroup(of: ProcessExit?.self) { group in
          for _ in 0..<10 {
            group.addTask { await (try await supervisor.shell("echo x; exit 0")).waitForExit() }
          }
          for try await exit in group { #expect(exit == .status(0)) }
        }
      }
      #expect(try Files.list("\(supervisor.folder.path)/processes").isEmpty, "nothing stays registered")
    }
  }

  @Test("a cancelled command is ended")
  func cancelled() async throws {
    try await withSupervisor { supervisor in
      let task = Task {
        try await supervisor.run(ChildProcess.Command(["sleep", "600"], environment: supervisor.environment))
      }
      try await eventually("it is registered") { try !Files.list("\(supervisor.folder.path)/processes").isEmpty }
      task.cancel()
      #expect(try await task.value.exit == .signal(SIGTERM))
    }
  }
}

@Suite("Run folders")
struct RunFolderTests {
  @Test("a folder that cannot be made is an error that says why, and no guardian stays")
  func unwritable() async throws {
    var environment = testEnvironment()
    environment["TMPDIR"] = "/proc/nowhere"
    let error = await #expect(throws: StackError.self) {
      try await Supervisor.start(clock: SystemWallClock(), environment: environment)
    }
    #expect(error?.code == .system)
    #expect(error?.message.contains("/proc/nowhere") == true)
  }

  @Test("a temporary folder with too long a path for sockets is not used")
  func long() async throws {
    var environment = testEnvironment()
    environment["TMPDIR"] = "/tmp/" + String(repeating: "x", count: 80)
    try await withSupervisor(environment: environment) { supervisor in
      #expect(supervisor.folder.path.utf8.count < 30)
      let names = try Files.list(supervisor.folder.path)
      #expect(names == ["open", "processes"])
    }
  }
}
