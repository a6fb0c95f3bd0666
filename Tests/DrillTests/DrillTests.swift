import Faults
import Goldens
import JSON
import Testing

@testable import marketplace_drill

@Suite("The drill")
struct DrillTests {
  private static func fault(_ name: String, _ detection: Detection) -> DrillPlan.Subject {
    .fault(
      FaultCatalog.Entry(service: "order-service", name: name, symptom: "Something is wrong.", detection: detection))
  }

  private static func report(cases: [String], rules: [(String, String, Int)], died: [String] = []) -> JSONValue {
    [
      "contracts": [
        "cases": .array(
          cases.map { ["suite": "orders", "name": .string($0), "status": "failed"] }
            + [["suite": "orders", "name": "fine", "status": "passed"]])
      ],
      "audit": [
        "rules": .array(
          rules.map { id, severity, count in
            [
              "id": .string(id), "severity": .string(severity),
              "result": ["findingCount": .number(JSONNumber(count))],
            ]
          })
      ],
      "components": .array(
        died.map { ["name": .string($0), "state": "failed", "reason": "died: signal 9 (SIGKILL)"] }
          + [["name": "order-db", "state": "stopped"]]),
    ]
  }

  private static let results: [DrillResult] = [
    DrillResult(
      fault("skip-user-check", .both),
      report: report(cases: ["refused", "unknown"], rules: [("orders-belong", "error", 3)]), status: 1,
      duration: .milliseconds(2340)),
    DrillResult(
      .healthy(1), report: report(cases: [], rules: [("names-drift", "info", 2), ("held", "error", 0)]), status: 0,
      duration: .milliseconds(1960)),
    DrillResult(
      fault("wrong-total", .both), report: report(cases: ["amounts"], rules: []), status: 1, duration: .seconds(2)),
    DrillResult(fault("hangs", .contracts), report: report(cases: [], rules: []), status: 0, duration: .seconds(12)),
    DrillResult(
      fault("crashes", .contracts), report: report(cases: ["refund"], rules: [], died: ["order-service"]), status: 3,
      duration: .seconds(3)),
    DrillResult(.healthy(2), report: report(cases: ["flaky"], rules: []), status: 1, duration: .seconds(2)),
  ]

  @Test("the table says who noticed what, and what was missed")
  func table() throws {
    let table = DrillTable(faults: Array(FaultCatalog.all.prefix(1)))
    let text = ([table.head] + Self.results.map(table.row) + [table.summary(Self.results)]).joined(separator: "\n")
    try expectGolden(text + "\n", "table.txt")
  }

  @Test("a fault is caught when all who must notice it do; a healthy run must have nothing to report")
  func verdicts() {
    #expect(Self.results.map(\.isRight) == [true, true, false, false, true, false])
    let undecided = DrillResult(.healthy(3), report: Self.report(cases: [], rules: []), status: 3, duration: .zero)
    #expect(!undecided.isRight, "a run that could not decide is not clean")
  }

  @Test("healthy runs are spread among the faults, as many as asked for", arguments: [0, 1, 3, 10, 200])
  func plan(healthy: Int) {
    let plan = DrillPlan(faults: FaultCatalog.all, healthyRuns: healthy)
    let names = plan.subjects.map(\.name)
    #expect(names.filter { !$0.hasPrefix("healthy") } == FaultCatalog.all.map(\.id))
    #expect(names.filter { $0.hasPrefix("healthy") } == (0..<healthy).map { "healthy run \($0 + 1)" })
    if healthy > 0 { #expect(names.last == "healthy run \(healthy)") }
  }
}
