import DataContract
import JSON
import RFC3339
import RunModel
import Testing

@testable import Audit

@Suite("Reports of rules")
struct RuleReportTests {
  private static let here = ReadPosition(at: Timestamp(seconds: 0, nanoseconds: 0), position: "LSN 0/1")

  private func rule(masking fields: String..., cascade: Duration? = nil) throws -> AuditRule {
    var masking = Masking()
    for field in fields { masking.mask(field) }
    let relation = try SQLRelationTests.relation(columns: ["user_uid"], identity: ["id"])
    let check = ReferenceCheck(from: .sql(relation), to: .sql(relation), cascade: cascade)
    return AuditRule(
      description: RuleDescription(
        id: try #require(RuleID("orders-have-users")), title: "every order has a user",
        kind: .reference(to: DataLocation(store: "user-store", object: "users", fields: ["uid"])), severity: .error,
        subject: DataLocation(store: "order-db", object: "orders", fields: ["user_uid"]), filter: nil, source: nil,
        remedy: nil),
      check: .reference(check), masking: masking)
  }

  private func report(
    _ rule: AuditRule, _ rows: [(id: String, key: String)], count: Int? = nil, baseline: RuleBaseline = RuleBaseline(),
    limit: Int = 100, guesses: [Key: KeyGuess] = [:]
  ) -> RuleResult {
    var outcome = ReferenceReconciler.Outcome()
    outcome.findingCount = count ?? rows.count
    let witness = ReferenceReconciler.Witness(firstAbsent: Self.here, present: Self.here, secondAbsent: Self.here)
    outcome.violations = rows.map {
      .init(row: .init(identity: [.init("id", $0.id)], key: Key([$0.key])), witness: witness)
    }
    let keys = Dictionary(grouping: rows, by: \.key).mapValues(\.count).sorted { $0.key < $1.key }
    outcome.missing = keys.map { .init(key: Key([$0]), rowCount: $1) }
    outcome.missingCount = keys.count
    let source = MemorySource(stores: TwoStores(rows: [:], keys: []))
    return RuleReport(rule: rule, baseline: baseline, limit: limit)
      .reference(outcome, source, guesses, unsettled: "busy", plan: ["memory"]).result(after: .zero)
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

  private func report(
    _ outcome: QualityOutcome, masking fields: String..., baseline: RuleBaseline = RuleBaseline()
  ) throws -> RuleResult {
    var masking = Masking()
    for field in fields { masking.mask(field) }
    let rule = try rule()
    let masked = AuditRule(description: rule.description, check: rule.check, masking: masking)
    return RuleReport(rule: masked, baseline: baseline).quality(outcome, .mustBe(0)).result(after: .zero)
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

  // MARK: Causes

  @Test("rows that miss the same key have one cause, which counts them")
  func causes() throws {
    let result = report(try rule(), [("1", "x"), ("2", "y"), ("3", "x")])
    #expect(result.causes.map(\.key) == [[.init("user_uid", "x")], [.init("user_uid", "y")]])
    #expect(result.causes.map(\.rowCount) == [2, 1])
    #expect(result.causeCount == 2)
    #expect(result.findings.map(\.cause) == [0, 1, 0].map { result.causes[$0].fingerprint })
    #expect(Set(result.causes.map(\.fingerprint)).isDisjoint(with: result.findings.map(\.fingerprint)))
  }

  @Test("a classified key is neither told nor hashed: each of its rows is a cause")
  func maskedCauses() throws {
    let masked = try rule(masking: "user_uid")
    let result = report(masked, [("1", "ada@example.org"), ("2", "ada@example.org")])
    #expect(result.causes.map(\.key) == [[.init("id", "1")], [.init("id", "2")]])
    let others = report(masked, [("1", "eve@example.org"), ("2", "bob@example.org")])
    #expect(result.causes.map(\.fingerprint) == others.causes.map(\.fingerprint))
    #expect(!"\(result)".contains("example.org"))
  }

  @Test("a guess is told with its evidence")
  func guesses() throws {
    let guess = KeyGuess(kind: .recased, detail: "users.uid has one that differs only in case", resembling: "Ada")
    let result = report(try rule(), [("1", "ada"), ("2", "bob")], guesses: [Key(["ada"]): guess])
    #expect(
      result.causes.map(\.likely) == [LikelyCause(.recased, "users.uid has one that differs only in case: Ada"), nil])
    #expect(guess.cause(isMasked: true) == LikelyCause(.recased, "users.uid has one that differs only in case"))
  }

  // MARK: The baseline

  private func baseline(
    _ accepted: RuleResult, rows: Int? = nil, expires: String = "2030-01-01", measured: String? = nil
  ) throws -> RuleBaseline {
    var baseline = RuleBaseline()
    baseline.today = try #require(ExpiryDay("2026-12-01"))
    for cause in accepted.causes {
      baseline.entries[cause.fingerprint] = Baseline.Entry(
        rule: accepted.rule, fingerprint: cause.fingerprint, what: cause.name, rowCount: rows ?? cause.rowCount,
        measured: measured, owner: "ops", reason: "known", expires: try #require(ExpiryDay(expires)), location: nil)
    }
    return baseline
  }

  @Test("what is accepted counts as found, but not as open; what is new comes first")
  func accepted() throws {
    let known = try baseline(report(try rule(), [("1", "a"), ("2", "a")]))
    let result = report(try rule(), [("1", "a"), ("2", "a"), ("3", "b")], baseline: known)
    #expect(result.findingCount == 3)
    #expect(result.acceptedCount == 2)
    #expect(result.openCount == 1)
    #expect(result.findings.map(\.subject[0].value) == ["3", "1", "2"])
    #expect(result.findings.map(\.isAccepted) == [false, true, true])
    #expect(
      result.causes.map(\.standing) == [
        .new, .accepted(Acceptance(rowCount: 2, owner: "ops", reason: "known", expires: "2030-01-01")),
      ])
    #expect(result.settled.isEmpty)
  }

  @Test("more rows than accepted are open, all of them; fewer are accepted")
  func grown() throws {
    let rows = [("1", "a"), ("2", "a")]
    let fewer = report(try rule(), rows, baseline: try baseline(report(try rule(), rows), rows: 3))
    #expect(fewer.openCount == 0)
    let more = report(try rule(), rows, baseline: try baseline(report(try rule(), rows), rows: 1))
    #expect(more.openCount == 2)
    guard case .grown(let entry) = more.causes.first?.standing else {
      Issue.record("not grown: \(more.causes)")
      return
    }
    #expect(entry.rowCount == 1)
  }

  @Test("an entry is good on its last day, and not on the next", arguments: [("2026-12-01", 0), ("2026-11-30", 1)])
  func expired(_ day: String, _ open: Int) throws {
    let known = try baseline(report(try rule(), [("1", "a")]), expires: day)
    #expect(report(try rule(), [("1", "a")], baseline: known).openCount == open)
  }

  @Test("an entry whose finding is gone is told, unless not everything was looked at")
  func settled() throws {
    let known = try baseline(report(try rule(), [("1", "a"), ("2", "b")]))
    let result = report(try rule(), [("2", "b")], baseline: known)
    #expect(result.settled.map(\.what) == ["user_uid a"])
    let held = report(try rule(), [], baseline: known)
    #expect(held.status == .held)
    #expect(held.settled.count == 2)
    var outcome = ReferenceReconciler.Outcome()
    (outcome.findingCount, outcome.missingCount) = (5, 5)
    outcome.missing = [.init(key: Key(["b"]), rowCount: 1)]
    let partial = RuleReport(rule: try rule(), baseline: known)
      .reference(outcome, MemorySource(stores: TwoStores(rows: [:], keys: [])), unsettled: "busy", plan: []).result(
        after: .zero)
    #expect(partial.settled.isEmpty)
    #expect(partial.openCount == 4)
  }

  @Test("accepted findings take no room from new ones")
  func room() throws {
    let known = try baseline(report(try rule(), (0..<50).map { ("\($0)", "k\($0)") }))
    #expect(known.room == 50)
    let result = report(try rule(), (0..<55).map { ("\($0)", "k\($0)") }, baseline: known, limit: 5)
    #expect(result.causes.count { !$0.isAccepted } == 5)
    #expect(result.findings.count { !$0.isAccepted } == 5)
    #expect(result.acceptedCount == 50)
  }

  @Test("a measured value is accepted until it is worse", arguments: [("5", 0), ("4", 0), ("6", 1), ("\"x\"", 1)])
  func measured(_ now: String, _ open: Int) throws {
    let first = try report(outcome(5, isSatisfied: false))
    #expect(first.causes.map(\.measured) == ["5"])
    let known = try baseline(first, measured: "5")
    let value = try JSONValue(parsing: now)
    #expect(try report(outcome(value, isSatisfied: false), baseline: known).openCount == open)
  }

  @Test("rows of a quality rule are accepted one by one")
  func acceptedRows() throws {
    func rows(_ ids: Int...) -> QualityOutcome {
      outcome(
        .number(JSONNumber(ids.count)), isSatisfied: false, rows: ids.count,
        ids.map { .init(identity: [.init("id", "\($0)")], values: [.init("total", "1")]) })
    }
    let known = try baseline(try report(rows(1, 2)))
    let result = try report(rows(2, 3), baseline: known)
    #expect(result.openCount == 1)
    #expect(result.findings.map(\.subject[0].value) == ["3", "2"])
    #expect(result.settled.map(\.what) == ["id 1"])
  }

  // MARK: What may be late

  private func history(_ seen: [String: Int64], now: Int64 = 1_000_000) -> RuleHistory {
    RuleHistory(seen: seen.mapValues { Timestamp(seconds: now - $0) }, now: Timestamp(seconds: now))
  }

  private func reference(
    _ rule: AuditRule, _ keys: [String], history: RuleHistory, baseline: RuleBaseline = RuleBaseline(), beyond: Int = 0
  ) -> RuleDecision {
    var outcome = ReferenceReconciler.Outcome()
    outcome.findingCount = keys.count + beyond
    outcome.missingCount = keys.count + beyond
    outcome.missing = keys.map { .init(key: Key([$0]), rowCount: 1) }
    let witness = ReferenceReconciler.Witness(firstAbsent: Self.here, present: Self.here, secondAbsent: Self.here)
    outcome.violations = keys.map { .init(row: .init(identity: [.init("id", $0)], key: Key([$0])), witness: witness) }
    return RuleReport(rule: rule, baseline: baseline, history: history)
      .reference(outcome, MemorySource(stores: TwoStores(rows: [:], keys: [])), unsettled: "busy", plan: [])
  }

  @Test("what must be deleted too is suspect until its time is over, and then a finding")
  func cascade() throws {
    let rule = try rule(cascade: .seconds(60))
    let first = reference(rule, ["a", "b"], history: history([:]))
    #expect(first.findingCount == 0)
    #expect(first.result(after: .zero).status == .held)
    #expect(first.suspects.map(\.key) == [[.init("user_uid", "a")], [.init("user_uid", "b")]])
    let (a, b) = try (#require(first.seen.keys.sorted().first), #require(first.seen.keys.sorted().last))
    #expect(Set(first.seen.values) == [Timestamp(seconds: 1_000_000)])

    let later = reference(rule, ["a", "b"], history: history([a: 60, b: 59]))
    #expect(later.findingCount == 1)
    #expect(later.causes.map(\.fingerprint) == [a])
    #expect(later.causes.map(\.firstSeen) == [Timestamp(seconds: 999_940)])
    #expect(later.findings.count == 1)
    #expect(later.suspectCount == 1)
    #expect(
      later.suspects.map(\.reason) == ["what refers to a deleted row has until 1970-01-12T13:46:41Z to be deleted too"])
    #expect(later.seen[b] == Timestamp(seconds: 999_941), "the time goes on")
  }

  @Test("what is too much to be known by name is suspect, never green by itself")
  func cascadeBeyond() throws {
    let decision = reference(try rule(cascade: .seconds(60)), ["a"], history: history([:]), beyond: 7)
    #expect(decision.findingCount == 0)
    #expect(decision.suspectCount == 8)
  }

  @Test("an entry of the baseline whose cause is suspect again is not gone")
  func suspectEntry() throws {
    let plain = reference(try rule(), ["a"], history: history([:]))
    let known = try baseline(plain.result(after: .zero))
    let decision = reference(try rule(cascade: .seconds(60)), ["a"], history: history([:]), baseline: known)
    #expect(decision.settled.isEmpty)
  }

  @Test("rows that prove nothing are suspect for a reason, and shown masked")
  func suspects() throws {
    var outcome = ReferenceReconciler.Outcome()
    outcome.suspectCount = 5
    outcome.suspects = [
      .init(key: Key(["ada@example.org"]), rowCount: 3, reason: .recent),
      .init(key: Key(["ben@example.org"]), rowCount: 2, reason: .unsettled),
    ]
    let source = MemorySource(stores: TwoStores(rows: [:], keys: []))
    let result = RuleReport(rule: try rule(masking: "user_uid")).reference(outcome, source, unsettled: "busy", plan: [])
      .result(
        after: .zero)
    #expect(result.status == .held)
    #expect(result.suspectCount == 5)
    #expect(result.suspects.map(\.key) == [[.init("user_uid", "a•••(15)")], [.init("user_uid", "b•••(15)")]])
    #expect(result.suspects.map(\.reason) == ["written too lately to be judged", "busy"])
  }

  @Test("what is suspect ages, and an entry of the baseline about it is not gone")
  func ageing() throws {
    let known = try baseline(reference(try rule(), ["a"], history: history([:])).result(after: .zero))
    var outcome = ReferenceReconciler.Outcome()
    outcome.suspectCount = 1
    outcome.suspects = [.init(key: Key(["a"]), rowCount: 1, reason: .unsettled)]
    func decision(_ seen: [String: Int64]) throws -> RuleDecision {
      RuleReport(rule: try rule(), baseline: known, history: history(seen), limit: 10)
        .reference(outcome, MemorySource(stores: TwoStores(rows: [:], keys: [])), unsettled: "busy", plan: [])
    }
    let first = try decision([:])
    #expect(first.settled.isEmpty && first.seen.count == 1)
    // Another key is suspect, and one more that is not listed.
    outcome.suspects = [.init(key: Key(["b"]), rowCount: 1, reason: .recent)]
    #expect(try decision([:]).settled.count == 1)
    outcome.suspectCount = 2
    #expect(try decision([:]).settled.isEmpty)
    (outcome.suspectCount, outcome.suspects[0]) = (1, .init(key: Key(["a"]), rowCount: 1, reason: .recent))
    #expect(first.suspects.map(\.firstSeen) == [nil])
    let again = try decision(first.seen.mapValues { _ in 86_400 })
    #expect(again.suspects.map(\.firstSeen) == [Timestamp(seconds: 1_000_000 - 86_400)])
    #expect(again.seen.values.map { $0 } == [Timestamp(seconds: 1_000_000 - 86_400)])
  }

  @Test("a cause tells when it was seen first, unless that is now")
  func firstSeen() throws {
    let first = reference(try rule(), ["a"], history: history([:]))
    #expect(first.causes.map(\.firstSeen) == [nil])
    let again = reference(try rule(), ["a"], history: history(first.seen.mapValues { _ in 86_400 }))
    #expect(again.causes.map(\.firstSeen) == [Timestamp(seconds: 1_000_000 - 86_400)])
  }

  @Test("rows without a key of their own are accepted as long as there are not more of them")
  func twins() throws {
    func rows(_ count: Int) -> QualityOutcome {
      outcome(
        .number(JSONNumber(count)), isSatisfied: false, rows: count,
        (0..<count).map { _ in .init(identity: [.init("code", "x")], values: []) })
    }
    let known = try baseline(try report(rows(2)))
    #expect(try report(rows(2), baseline: known).openCount == 0)
    let grown = try report(rows(3), baseline: known)
    #expect(grown.openCount == 3)
    #expect(grown.findings.map(\.isAccepted) == [false])
  }

  @Test("a text that is measured is accepted as long as it shows the same, masked or not")
  func measuredText() throws {
    let first = try report(outcome("ada@example.org", isSatisfied: false), masking: "user_uid")
    #expect(first.causes.map(\.measured) == ["a•••(15)"])
    let known = try baseline(first, measured: "a•••(15)")
    #expect(
      try report(outcome("ada@example.org", isSatisfied: false), masking: "user_uid", baseline: known).openCount == 0)
    #expect(
      try report(outcome("eve@example.org", isSatisfied: false), masking: "user_uid", baseline: known).openCount == 1)
  }
}
