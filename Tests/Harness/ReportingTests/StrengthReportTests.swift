import Goldens
import Reporting
import RunModel
import Testing

@Suite("Reports of strength") struct StrengthReportTests {
  private static let strength: SuiteStrength = {
    let orders = OperationReference(service: "orders", id: "listOrders", method: "GET", path: "/orders")
    let hostile = OperationReference(service: "users", id: "get\u{1B}[31mUser", method: "GET", path: "/users")
    func trial(
      _ operation: OperationReference, _ status: Int, _ place: String, _ kind: String, _ outcome: SuiteStrength.Outcome
    ) -> SuiteStrength.Trial {
      .init(
        mutation: .init(operation: operation, status: status, place: place, kind: kind), outcome: outcome,
        example: CaseID(suite: "orders-list", name: "all"))
    }
    return SuiteStrength(
      trials: [
        trial(orders, 200, "/items/-/total", "shift-number", .unnoticed),
        trial(orders, 200, "/items/-/total", "drop", .noticed(by: "response-body")),
        trial(orders, 200, "/items/-/total", "negate-number", .unnoticed),
        trial(orders, 200, "/next", "alter-text", .carried),
        trial(orders, 422, "X-Request-ID", "alter-header", .unnoticed),
        trial(hostile, 200, "/\u{202E}name", "alter-text", .unnoticed),
      ] + (0..<5).map { trial(orders, 200, "/p\($0)", "drop", .noticed(by: "response-body")) }, mutantCount: 40)
  }()

  @Test("for people")
  func text() throws {
    try expectGolden(StrengthText(Self.strength).lines.joined(separator: "\n") + "\n", "strength.txt")
    try expectGolden(
      StrengthText(Self.strength, listsCarried: true).lines.joined(separator: "\n") + "\n", "strength.carried.txt")
  }

  @Test("for programs")
  func json() throws { try expectGolden(StrengthReport(Self.strength).render(), "strength.json") }

  @Test("nothing to notice is all noticed, and nothing short of all is 100 %")
  func shares() {
    #expect(SuiteStrength(trials: [], mutantCount: 0).figure.percentage == "100.0 %")
    #expect(SuiteStrength.Figure(noticed: 99_999, total: 100_000).percentage == "99.9 %")
  }
}
