// The proof of the generated cases: a service in another language, described by an OpenAPI document and nothing else
// but data to begin with, that breaks its contract in one way at a time. What is planted is found, and nothing is
// found that was not planted.

import FoundationEssentials
import JSON
import Testing

@Suite("A faulty service in another language", .enabled(if: FaultyService.hasPython, "python3 is not installed"))
struct FaultyServiceTests {
  @Test("a service that keeps its contract passes, whatever the seed", arguments: [1, 2, 3])
  func sound(seed: Int) async throws {
    let run = try await FaultyService.run(defect: "", seed: seed)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.failed.isEmpty)
    #expect(run.generatedCount > 120)
  }

  @Test("a planted defect is found by the checks that it concerns, and by no others", arguments: FaultyService.defects)
  func defect(_ defect: FaultyService.Defect) async throws {
    let run = try await FaultyService.run(defect: defect.id, seed: 1)
    #expect(run.status == defect.status, "\(run.output)")
    let found = Set(run.failed.map(\.check))
    #expect(found.isSuperset(of: defect.checks), "\(run.output)")
    #expect(found.subtracting(defect.checks).subtracting(defect.consequences) == [], "\(run.output)")
    #expect(Set(run.failed.map(\.operation)).isSubset(of: defect.operations), "\(run.output)")
  }

  @Test("every defect that the service knows is tried")
  func complete() throws {
    let source = try String(contentsOf: FaultyService.folder.appending(path: "service.py"), encoding: .utf8)
    let list = source.split(separator: "DEFECTS = [")[1].prefix { $0 != "]" }
    let known = list.split(separator: "\"").filter { $0.contains { $0.isLetter || $0.isNumber } }.map(String.init)
    #expect(Set(FaultyService.defects.map(\.id)) == Set(known))
  }
}

/// The service, and what its defects lead to.
enum FaultyService {
  /// A way to break the contract.
  struct Defect: CustomTestStringConvertible, Sendable {
    let id: String
    /// Checks that must notice it.
    let checks: Set<String>
    /// Checks that may notice what follows from it.
    var consequences: Set<String> = []
    /// Operations that have it.
    let operations: Set<String>
    var status: Int32 = 1

    var testDescription: String { id }
  }

  /// Writing operations, and the workflow that provides an item through one of them.
  private static let writers: Set = ["createItem", "replaceItem"]
  private static let creators: Set = ["createItem", "provide-item"]
  private static let all: Set = [
    "createItem", "replaceItem", "listItems", "getItem", "deleteItem", "countStock", "getHealth", "provide-item",
  ]

  static let defects = [
    Defect(id: "500-on-long-name", checks: ["server-error"], consequences: ["status-documented"], operations: writers),
    Defect(
      id: "undocumented-status", checks: ["status-documented"], consequences: ["step-output"], operations: creators,
      status: 3),
    Defect(id: "wrong-content-type", checks: ["content-type"], operations: creators),
    Defect(id: "missing-header", checks: ["response-headers"], operations: creators),
    Defect(id: "extra-member", checks: ["response-body"], operations: all),
    Defect(id: "wrong-type", checks: ["response-body"], operations: all),
    // What was accepted is found wherever it is read.
    Defect(
      id: "accepts-long-name", checks: ["negative-data-refused"], consequences: ["response-body"], operations: all),
    Defect(
      id: "accepts-missing-name", checks: ["missing-parts-refused"], consequences: ["negative-data-refused"],
      operations: writers),
    Defect(
      id: "accepts-any-colour", checks: ["negative-data-refused"], consequences: ["response-body"], operations: all),
    Defect(id: "accepts-unknown-member", checks: ["negative-data-refused"], operations: writers),
    Defect(id: "accepts-large-limit", checks: ["negative-data-refused"], operations: ["listItems"]),
    Defect(id: "refuses-longest-name", checks: ["positive-data-accepted"], operations: writers),
    Defect(id: "refuses-smallest-limit", checks: ["positive-data-accepted"], operations: ["listItems"]),
    Defect(id: "other-method-200", checks: ["unsupported-method"], operations: all),
    Defect(id: "no-allow", checks: ["unsupported-method"], operations: all),
    Defect(id: "key-ignored", checks: ["ignored-authentication"], operations: ["countStock"]),
    Defect(id: "stays-deleted", checks: ["use-after-delete"], operations: ["deleteItem"]),
    Defect(id: "created-elsewhere", checks: ["created-available"], operations: ["createItem"]),
    Defect(
      id: "put-once", checks: ["idempotent-repeat"], consequences: ["status-documented"], operations: ["replaceItem"]),
    Defect(id: "link-to-nothing", checks: ["links-hold"], operations: ["createItem"]),
    Defect(id: "problem-status", checks: ["problem-shape"], operations: all),
    Defect(id: "slow", checks: ["time-budget"], operations: ["listItems"]),
    Defect(id: "accepts-broken-json", checks: ["negative-data-refused"], operations: writers),
  ]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "FaultyService")

  static let hasPython = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/python3")
  }

  /// What a run found.
  struct Run {
    let status: Int32
    let output: String
    let generatedCount: Int
    /// Checks that failed, with the operation or workflow whose case it was.
    let failed: [(check: String, operation: String)]
  }

  /// Runs the contracts against the service.
  static func run(defect: String, seed: Int) async throws -> Run {
    try await withTemporaryFolder { reports in
      let process = try ConcordProcess(
        [
          "contracts", "--stack", folder.appending(path: "stack.yaml").path, "--reports", reports, "--seed", "\(seed)",
          "--no-color",
        ], environment: ["DEFECT": defect])
      let result = await process.wait()
      let bytes = Array(try Data(contentsOf: URL(filePath: "\(reports)/run.json")))
      let cases = try JSONValue(parsing: bytes)["contracts"]?["cases"]?.arrayValue ?? []
      let failed = cases.flatMap { result in
        let suite = result["suite"]?.stringValue ?? ""
        let operation = suite.split(separator: "/").last.map(String.init) ?? suite
        return (result["failures"]?.arrayValue ?? []).compactMap { $0["check"]?.stringValue }.map { ($0, operation) }
      }
      return Run(
        status: result.status, output: result.output + result.errors,
        generatedCount: cases.count { $0["suite"]?.stringValue?.hasPrefix("generated:") == true }, failed: failed)
    }
  }
}
