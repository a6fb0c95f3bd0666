import FoundationEssentials
import JSON
import Testing

/// What the suites of a stack would notice.
@Suite("Strength") struct StrengthTests {
  @Test("the mutations that nothing notices are listed, written, and too many of them fail the gate")
  func gate() async throws {
    guard FaultyService.hasPython else { return }
    try await withTemporaryFolder { folder in
      let arguments = [
        "strength", "--stack", FaultyService.folder.appending(path: "stack.yaml").path, "--reports", folder, "--seed",
        "1",
      ]
      let loose = try await ConcordProcess.run(arguments)
      #expect(loose.status == 0, "\(loose.output)\(loose.errors)")
      #expect(loose.output.contains("% of the mutations are noticed: "))
      #expect(loose.output.contains("inventory createItem"))
      let report = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: "\(folder)/strength.json"))))
      let noticed = try #require(report["noticed"]?.intValue), total = try #require(report["total"]?.intValue)
      #expect(noticed > 100)
      #expect(report["unnoticed"]?.arrayValue?.count == total - noticed)
      #expect(report["noticedBy"]?["response-body"] != nil)

      let strict = try await ConcordProcess.run(arguments + ["--min-score", "100", "--quiet"])
      #expect(strict.status == (noticed == total ? 0 : 1))
      #expect(strict.errors.contains("(--min-score)"))
    }
  }

  @Test("failing contracts are told first")
  func failing() async throws {
    guard FaultyService.hasPython else { return }
    try await withTemporaryFolder { folder in
      let run = try await ConcordProcess.run(
        [
          "strength", "--stack", FaultyService.folder.appending(path: "stack.yaml").path, "--reports", folder,
          "--operation", "createItem",
        ], environment: ["DEFECT": "accepts-unknown-member"])
      #expect(run.status == 1)
      #expect(run.errors.contains("cases failed"))
    }
  }

  @Test("wrong scores are refused, and the mutations are listed without a stack")
  func options() async throws {
    let wrong = try await ConcordProcess.run(["strength", "--min-score", "101"])
    #expect(wrong.status == 64)
    let list = try await ConcordProcess.run(["strength", "--list-mutations"])
    #expect(list.status == 0)
    #expect(list.output.contains("shift-number    a number is greater by one in its last digit\n"))
  }
}
