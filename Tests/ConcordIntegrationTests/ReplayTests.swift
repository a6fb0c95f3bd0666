import FoundationEssentials
import Testing

/// One case of an earlier run once more.
@Suite("Replay") struct ReplayTests {
  @Test("a generated case that failed fails again with its request, and passes when the service is well")
  func generated() async throws {
    guard FaultyService.hasPython else { return }
    try await withTemporaryFolder { folder in
      let stack = FaultyService.folder.appending(path: "stack.yaml").path
      _ = try await ConcordProcess.run(
        ["contracts", "--stack", stack, "--operation", "createItem", "--reports", folder, "--fail-fast"],
        environment: ["DEFECT": "accepts-unknown-member"])
      let name = "generated:inventory/createItem/invalid: body: with a member that is not known"
      let arguments = ["replay", name, "--run", "\(folder)/run.json"]
      let again = try await ConcordProcess.run(arguments, environment: ["DEFECT": "accepts-unknown-member"])
      #expect(again.status == 1, "\(again.output)\(again.errors)")
      #expect(again.output.contains("> POST http://127.0.0.1:"))
      #expect(again.output.contains("unexpected_member"))
      #expect(again.output.contains("[negative-data-refused]"))
      let well = try await ConcordProcess.run(arguments)
      #expect(well.status == 0, "\(well.output)\(well.errors)")
      #expect(well.output.hasPrefix("\(name)  passed, "))
    }
  }

  @Test("what cannot be repeated is told with what to do")
  func problems() async throws {
    try await withTemporaryFolder { folder in
      let missing = try await ConcordProcess.run(["replay", "a/b", "--run", "\(folder)/run.json"])
      #expect(missing.status == 2)
      #expect(missing.errors.contains("there is no run at"))
    }
  }
}
