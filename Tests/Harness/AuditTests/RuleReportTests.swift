import DataContract
import JSON
import RFC3339
import RunModel
import Testing

@testable import Audit

@Suite("Reports of rules")
struct RuleReportTests {
  private static let here = ReadPosition(at: Timestamp(seconds: 0, nanoseconds: 0), position: "LSN 0/1")

  private func rule(masking fields: String...) throws -> AuditRule {
    var masking = Masking()
    for field in fields { masking.mask(field) }
    let relation = try SQLRelationTests.relation(columns: ["user_uid"], identity: ["id"])
    return AuditRule(
      description: RuleDescription(
        id: try #require(RuleID("orders-have-users")), title: "every order has a user",
        kind: .reference(to: DataLocation(store: "user-store", object: "users", fields: ["uid"])), severity: .error,
        subject: DataLocation(store: "order-db", object: "orders", fields: ["user_uid"]), filter: nil, source: nil,
        remedy: nil),
      check: .reference(from: .sql(relation), to: .sql(relation)), masking: masking)
  }

  private func report(_ rule: AuditRule, _ rows: [(id: String, key: String)], count: Int? = nil) -> RuleResult {
    var outcome = ReferenceReconciler.Outcome()
    outcome.findingCount = count ?? rows.count
    let witness = ReferenceReconciler.Witness(firstAbsent: Self.here, present: Self.here, secondAbsent: Self.here)
    outcome.violations = rows.map {
      .init(row: .init(identity: [.init("id", $0.id)], key: Key([$0.key])), witness: witness)
    }
    let stores = TwoStores(rows: [:], keys: [])
    return RuleReport(rule: rule, outcome, MemorySource(stores: stores), plan: ["memory"]).result(
      after: .zero)
  }

  @Test("a dangling row is named by its identity, shown with its key, and proved by three reads")
  func reference() throws {
    let result = report(try rule(), [("7", "ada@example.org")], count: 3)
    #expect(result.status == .violated)
    #expect(result.findingCount == 3)
    let finding = try #require(result.findings.first)
    #expect(finding.subject == [.init("id", "7")])
    #expect(finding.values == [.init("user_uid", "ada@example.org")])
    #expect(finding.message == "ada@example.org does not exist as users.uid")
    #expect(finding.query == "rows with ada@example.org")
    #expect(finding.witness.map(\.what) == ["absent", "present", "absent"])
    #expect(finding.witness.map(\.store) == ["user-store", "order-db", "user-store"])
    #expect(finding.witness.allSatisfy { $0.position == "LSN 0/1" })
  }

  @Test("a masked key shows nowhere, and the query names the row instead")
  func maskedKey() throws {
    let finding = try #require(report(try rule(masking: "user_uid"), [("7", "ada@example.org")]).findings.first)
    #expect(finding.message == "a•••(15) does not exist as users.uid")
    #expect(finding.query == "row 7")
    #expect(!"\(finding)".contains("example.org"))
  }

  @Test("where nothing of a row may be shown there is no query, and its name tells nothing")
  func maskedIdentity() throws {
    let rule = try rule(masking: "user_uid", "id")
    let finding = try #require(report(rule, [("7-secret-token", "ada@example.org")]).findings.first)
    #expect(finding.query == nil)
    #expect(!"\(finding)".contains("secret"))
    #expect(!"\(finding)".contains("example.org"))
    #expect(finding.fingerprint.count == 32)
  }

  @Test("a fingerprint depends on the row and what is open, not on a classified key")
  func fingerprints() throws {
    let open = try rule()
    let masked = try rule(masking: "user_uid")
    func fingerprint(_ rule: AuditRule, _ id: String, _ key: String) -> String? {
      report(rule, [(id, key)]).findings.first?.fingerprint
    }
    #expect(fingerprint(open, "7", "a") == fingerprint(open, "7", "a"))
    #expect(fingerprint(open, "7", "a") != fingerprint(open, "7", "b"))
    #expect(fingerprint(open, "7", "a") != fingerprint(open, "8", "a"))
    #expect(fingerprint(masked, "7", "a") == fingerprint(masked, "7", "b"))
    #expect(fingerprint(masked, "7", "a") != fingerprint(masked, "8", "a"))
  }

  @Test("findings are in the order of their subjects, numbers by value, each once")
  func order() throws {
    let result = report(try rule(), [("10", "x"), ("9", "x"), ("b", "x"), ("9", "x"), ("-1", "x"), ("B", "x")])
    #expect(result.findings.map { $0.subject[0].value } == ["-1", "9", "10", "B", "b"])
    #expect(result.findingCount == 6)
  }

  // MARK: Quality

  private func report(_ outcome: QualityOutcome, masking fields: String...) throws -> RuleResult {
    var masking = Masking()
    for field in fields { masking.mask(field) }
    let rule = try rule()
    return RuleReport(
      rule: AuditRule(description: rule.description, check: rule.check, masking: masking), outcome, .mustBe(0)
    ).result(after: .zero)
  }

  private func outcome(
    _ value: JSONValue, isSatisfied: Bool, rows: Int = 0, _ violations: [QualityOutcome.Violation] = []
  ) -> QualityOutcome {
    QualityOutcome(
      value: value, isSatisfied: isSatisfied, offendingRows: rows, violations: violations, plan: ["p"],
      query: "SELECT 1;", position: Self.here)
  }

  @Test("a broken threshold is a violation even when no row can be listed")
  func withoutRows() throws {
    let result = try report(outcome(3, isSatisfied: false))
    #expect(result.status == .violated)
    #expect(result.findingCount == 1)
    #expect(result.findings.map(\.message) == ["measured 3, must be 0"])
    #expect(result.findings.first?.query == "SELECT 1;")
  }

  @Test("a kept threshold has no findings, whatever rows there are")
  func kept() throws {
    let result = try report(outcome(3, isSatisfied: true, rows: 3, [.init(identity: [.init("id", "1")], values: [])]))
    #expect(result.status == .held)
    #expect(result.findingCount == 0)
    #expect(result.findings.isEmpty)
  }

  @Test("offending rows are shown with their values, masked where they are classified")
  func rows() throws {
    let row = QualityOutcome.Violation(
      identity: [.init("id", "1")], values: [.init("mail", "ada@example.org"), .init("age", nil)], query: "row 1")
    let result = try report(outcome(5, isSatisfied: false, rows: 5, [row]), masking: "mail")
    #expect(result.findingCount == 5)
    let finding = try #require(result.findings.first)
    #expect(finding.values == [.init("mail", "a•••(15)"), .init("age", nil)])
    #expect(finding.query == "row 1")
    #expect(finding.witness.map(\.what) == ["measured"])
  }

  @Test("a row whose identity is classified has no query")
  func maskedRow() throws {
    let row = QualityOutcome.Violation(identity: [.init("mail", "ada@example.org")], values: [], query: "mail = 'ada…'")
    let finding = try #require(
      try report(outcome(1, isSatisfied: false, rows: 1, [row]), masking: "mail").findings.first)
    #expect(finding.query == nil)
  }
}
