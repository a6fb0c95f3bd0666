import Faults
import FoundationEssentials
import JSON
import Subprocess
import SystemPackage

/// Runs `concord run` once per subject, several at a time, on the shared template of the scratch servers.
struct DrillRunner: Sendable {
  let programs: String
  let reports: String
  let keepsAll: Bool

  /// Why there is no result.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs all subjects of a plan; results arrive in the plan's order.
  func run(_ plan: DrillPlan, jobs: Int, _ report: (DrillResult) -> Void) async throws {
    try await withThrowingTaskGroup(of: (Int, DrillResult).self) { group in
      var next = 0
      var waiting: [Int: DrillResult] = [:]
      var reported = 0
      func start() {
        guard next < plan.subjects.count else { return }
        let (index, subject) = (next, plan.subjects[next])
        group.addTask { (index, try await run(subject, seed: 1_000 + index)) }
        next += 1
      }
      for _ in 0..<jobs { start() }
      while let (index, result) = try await group.next() {
        waiting[index] = result
        start()
        while let ready = waiting.removeValue(forKey: reported) {
          report(ready)
          reported += 1
        }
      }
    }
  }

  private func run(_ subject: DrillPlan.Subject, seed: Int) async throws -> DrillResult {
    let folder = "\(reports)/\(subject.name.map { $0.isLetter || $0.isNumber ? "\($0)" : "-" }.joined())"
    try? FileManager.default.removeItem(atPath: folder)
    let faults: String
    switch subject {
    case .fault(let entry): faults = entry.id
    case .healthy: faults = ""
    }
    let start = ContinuousClock.now
    let outcome = try await Subprocess.run(
      .path(FilePath("\(programs)/concord")),
      // The suites that people wrote are what is drilled; generated cases would only take time.
      arguments: [
        "run", "--cases-per-operation", "0", "--quiet", "--no-color", "--seed", "\(seed)", "--reports", folder,
      ],
      environment: .inherit.updating(["MARKETPLACE_FAULTS": faults]),
      output: .discarded, error: .string(limit: 1 << 20, encoding: UTF8.self))
    let duration = ContinuousClock.now - start
    guard case .exited(let status) = outcome.terminationStatus,
      let bytes = try? Array(Data(contentsOf: URL(filePath: "\(folder)/run.json"))),
      let json = try? JSONValue(parsing: bytes)
    else {
      throw Failure(
        description: "\(subject.name): no report (\(outcome.terminationStatus)): \(outcome.standardError)")
    }
    let result = DrillResult(subject, report: json, status: Int(status), duration: duration)
    if result.isRight, !keepsAll { try? FileManager.default.removeItem(atPath: folder) }
    return result
  }
}
