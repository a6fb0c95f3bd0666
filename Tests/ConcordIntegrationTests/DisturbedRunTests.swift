import FoundationEssentials
import Glibc
import JSON
import Testing

/// Runs in which something dies, and what must be true afterwards: a report that says so, and nothing left behind.
@Suite("Disturbed runs", .serialized) struct DisturbedRunTests {
  /// A stack whose suite takes long enough to be disturbed: each step waits for a retry that never succeeds.
  private func start(_ folder: String, _ leftOvers: LeftOvers) throws -> ConcordProcess {
    try SlowStack.write(to: folder)
    return try ConcordProcess(
      ["run", "--stack", "\(folder)/stack/contracts/stack.yaml", "--reports", "\(folder)/reports"],
      environment: leftOvers.environment)
  }

  private func whenTesting(_ process: ConcordProcess) async throws {
    let isTesting = try await eventually { process.outputSoFar.contains("contracts  ") }
    #expect(isTesting, "\(process.outputSoFar)")
  }

  private func expectNothingLeft(_ leftOvers: LeftOvers, besides files: Set<String>) async throws {
    let isClean = try await eventually { leftOvers.processes().isEmpty }
    #expect(isClean, "left: \(leftOvers.processes())")
    let areFilesGone = try await eventually { Set(leftOvers.files()).isSubset(of: files) }
    #expect(areFilesGone, "left: \(leftOvers.files())")
  }

  @Test("Ctrl-C and SIGTERM end a run in order: reports written, exit 130", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) async throws {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let process = try start(folder, leftOvers)
      try await whenTesting(process)
      process.send(signal)
      let result = await process.wait()
      #expect(result.status == 130, "\(result.output)\(result.errors)")
      let report = try RunReport(folder: "\(folder)/reports")
      #expect(report.json["verdict"] == "interrupted")
      #expect(report.json["ending"]?["signal"] == (signal == SIGINT ? "SIGINT" : "SIGTERM"))
      #expect(report.files == ["index.html", "junit.xml", "run.json"])
      try await expectNothingLeft(leftOvers, besides: ["reports", "stack"])
    }
  }

  @Test("SIGKILL of concord itself leaves no process and no folder")
  func killed() async throws {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let process = try start(folder, leftOvers)
      try await whenTesting(process)
      #expect(leftOvers.processes().count > 8)
      process.send(SIGKILL)
      let result = await process.wait()
      #expect(result.status == 128 + SIGKILL)
      try await expectNothingLeft(leftOvers, besides: ["reports", "stack"])
    }
  }

  @Test(
    "a service that dies makes the run undecided, with its name in the report and exit 3",
    arguments: ["user-service", "product-service", "order-service", "api-gateway"])
  func serviceDies(service: String) async throws {
    let report = try await runKilling("marketplace \(service)", expecting: service)
    #expect(report.json["verdict"] == "undecided")
  }

  @Test(
    "a store that dies makes the run undecided and its rules errors, never green",
    arguments: [
      ("product-db", "product"), ("order-db", "order"), ("gateway-db", "gateway"), ("user-store", "firestore"),
    ])
  func storeDies(store: String, commandLine: String) async throws {
    let report = try await runKilling(
      store == "user-store" ? "firestore-emulator" : "postgres -D", containing: commandLine, expecting: store)
    #expect(report.json["verdict"] == "undecided")
    let undecided = report.rules.filter { $0["result"]?["status"] == "errored" }
    #expect(!undecided.isEmpty)
  }

  /// Runs, kills the process in the middle, and expects what must be so whoever it was.
  private func runKilling(_ program: String, containing text: String = "", expecting component: String) async throws
    -> RunReport
  {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let process = try start(folder, leftOvers)
      try await whenTesting(process)
      let victims = leftOvers.processes(running: program).filter {
        text.isEmpty || leftOvers.processes(running: text).contains($0)
      }
      #expect(victims.count == 1, "\(program) \(text): \(victims)")
      for victim in victims { kill(victim, SIGKILL) }
      let result = await process.wait()
      #expect(result.status == 3, "\(result.output)\(result.errors)")
      let report = try RunReport(folder: "\(folder)/reports")
      let failed = (report.json["components"]?.arrayValue ?? []).filter { $0["state"] == "failed" }
      #expect(failed.contains { $0["name"]?.stringValue == component }, "\(failed)")
      #expect(failed.contains { $0["reason"]?.stringValue?.contains("SIGKILL") == true }, "\(failed)")
      #expect(report.files == ["index.html", "junit.xml", "run.json", "state"])
      try await expectNothingLeft(leftOvers, besides: ["reports", "stack"])
      return report
    }
  }
}
