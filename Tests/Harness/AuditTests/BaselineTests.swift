import DataContract
import JSON
import RFC3339
import RunModel
import Testing
import YAMLSource

@testable import Audit

@Suite("Files of accepted findings")
struct BaselineTests {
  private static let fingerprint = String(repeating: "0a", count: 16)
  private static let other = String(repeating: "1b", count: 16)

  private func load(_ text: String) -> (Baseline?, [Diagnostic]) {
    Baseline.load(file: "accepted.yaml", loader: SourceLoader(files: ["accepted.yaml": text]))
  }

  private func entry(
    _ rule: String = "orders-have-users", _ fingerprint: String = fingerprint, what: String = "user_uid ada",
    rows: Int = 3, measured: String? = nil, owner: String = "ops", reason: String = "known",
    expires: String = "2026-12-31"
  ) throws -> Baseline.Entry {
    Baseline.Entry(
      rule: try #require(RuleID(rule)), fingerprint: fingerprint, what: what, rowCount: rows, measured: measured,
      owner: owner, reason: reason, expires: try #require(ExpiryDay(expires)), location: nil)
  }

  @Test("the file shows one block for each entry, in order")
  func text() throws {
    let baseline = Baseline(entries: [
      try entry("stock-is-conserved", Self.other, what: "measured 7", rows: 7, measured: "7"), try entry(),
    ])
    #expect(
      baseline.text == """
        # Findings of the audit that are known, and accepted until somebody mends them. Written by 'concord baseline
        # update'; owner, reason and expires are for people to edit. Whatever is not listed here, has grown or is overdue
        # fails the gate, and so does an entry whose finding is gone.
        baseline: 1
        accepted:
          - rule: orders-have-users
            fingerprint: "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
            what: "user_uid ada"
            rows: 3
            owner: "ops"
            reason: "known"
            expires: "2026-12-31"
          - rule: stock-is-conserved
            fingerprint: "1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b"
            what: "measured 7"
            rows: 7
            measured: "7"
            owner: "ops"
            reason: "known"
            expires: "2026-12-31"

        """)
    #expect(Baseline().text.hasSuffix("baseline: 1\naccepted: []\n"))
  }

  @Test(
    "whatever an entry says is read back",
    arguments: [
      "plain", "no", "# x", "a: b", "- \"q\" 'q'", "l\u{ED}nea\nzwei\t\u{1}\u{2028}", "1e3", "{}", "*x", "\\",
    ])
  func roundTrip(_ said: String) throws {
    let baseline = Baseline(entries: [try entry(what: said, measured: said, owner: said, reason: said)])
    let (read, problems) = load(baseline.text)
    #expect(problems.isEmpty)
    let entry = try #require(read?.entries.first)
    #expect([entry.what, entry.measured, entry.owner, entry.reason] == [said, said, said, said])
    #expect(read?.text == baseline.text)
  }

  @Test("an entry that could silence what nobody accepted is refused, with its place and a remedy")
  func strict() throws {
    let (baseline, problems) = load(
      """
      baseline: 2
      accepted:
        - {rule: Orders, fingerprint: \(Self.fingerprint), owner: ops, reason: known, expires: 2026-12-31}
        - {rule: orders, fingerprint: xyz, owner: ops, reason: known, expires: 2026-12-31}
        - {rule: orders, fingerprint: \(Self.fingerprint), owner: ' ', reason: '', expires: 2026-12-31}
        - {rule: orders, fingerprint: \(Self.fingerprint), owner: ops, reason: known, expires: 2026-02-30}
        - {rule: orders, fingerprint: \(Self.fingerprint), owner: ops, reason: known, expires: 2026-12-31, rows: 0}
        - {rule: orders, fingerprint: \(Self.fingerprint), owner: ops, reason: known}
        - {rule: orders, fingerprint: \(Self.fingerprint), owner: ops, reason: known, expires: 2026-12-31, until: x}
      """)
    #expect(baseline == nil)
    let found = problems.map { "\($0.location?.line ?? 0): \($0.message)" }
    #expect(
      found == [
        "1: 'baseline' is the version of this format and must be 1, found the number 2",
        "3: 'rule' must be the id of a rule, found 'Orders'",
        "4: 'fingerprint' must be 32 hexadecimal digits, found 'xyz'",
        "5: 'owner' of an accepted finding says nothing", "5: 'reason' of an accepted finding says nothing",
        "6: 'expires' must be a day, found '2026-02-30'",
        "7: 'rows' of an accepted finding must be at least 1, found 0",
        "8: an accepted finding lacks 'expires'", "9: an accepted finding has an unknown key 'until'",
        "9: the same finding is accepted twice; first at accepted.yaml:7:5",
      ], "\(found)")
    #expect(problems.allSatisfy { $0.severity == .error })
  }

  @Test("an entry about a rule that no contract has is told once, with the nearest one")
  func unknownRules() throws {
    let baseline = Baseline(entries: [try entry("orders-have-user"), try entry("orders-have-user", Self.other)])
    let problems = baseline.unknownRules(AuditPlan(rules: [try description("orders-have-users", .error)]))
    #expect(problems.map(\.message) == ["the baseline accepts findings of 'orders-have-user', which is no rule"])
    #expect(problems.map(\.remedy) == ["did you mean 'orders-have-users'?"])
  }

  // MARK: Updates

  private func description(_ rule: String, _ severity: RunModel.Severity) throws -> RuleDescription {
    let place = DataLocation(store: "order-db", object: "orders", fields: ["id"])
    return RuleDescription(
      id: try #require(RuleID(rule)), title: rule, kind: .quality(metric: "sql"), severity: severity, subject: place,
      filter: nil, source: nil, remedy: nil)
  }

  /// A record of an audit with one rule that fails the gate, and one that only remarks.
  private func record(_ causes: [FindingCause], settled: [String] = []) throws -> RunRecord {
    let start = Timestamp(seconds: 1_795_000_000)
    var record = RunRecord(
      header: RunHeader(
        id: "1", startedAt: start, command: "", version: "", stack: "", seed: 1, dataset: nil, host: "",
        phases: [.audit]))
    let rules = [try description("orders-have-users", .error), try description("names-agree", .info)]
    record.apply(.auditPlanned(AuditPlan(rules: rules)))
    for rule in rules {
      record.apply(
        .ruleFinished(
          RuleResult(
            rule: rule.id, status: causes.isEmpty ? .held : .violated, findingCount: causes.count, findings: [],
            causes: causes, settled: settled.map { SettledEntry(fingerprint: $0, what: "") }, rowsExamined: 0,
            keysCompared: 0, duration: .zero, plan: [])))
    }
    return record
  }

  private func cause(
    _ fingerprint: String, _ rows: Int, _ standing: FindingCause.Standing = .new, measured: String? = nil
  ) -> FindingCause {
    FindingCause(
      fingerprint: fingerprint, key: [.init("user_uid", "ada"), .init("x", nil)], rowCount: rows, measured: measured,
      standing: standing)
  }

  private let acceptance = Acceptance(rowCount: 3, owner: "ops", reason: "known", expires: "2026-12-31")

  private func terms() throws -> BaselineUpdate.Terms {
    .init(owner: "shop", reason: "migration", expires: try #require(ExpiryDay("2027-03-01")))
  }

  @Test("what is new is accepted under the terms, and only where it fails the gate")
  func added() throws {
    let update = BaselineUpdate(of: Baseline(), after: try record([cause(Self.other, 2)]), terms: try terms())
    #expect(update.added == 1)
    #expect(
      update.baseline.entries == [
        try entry(
          "orders-have-users", Self.other, what: "user_uid ada, x NULL", rows: 2, owner: "shop", reason: "migration",
          expires: "2027-03-01")
      ])
  }

  @Test("what is accepted keeps its terms; its count only goes down")
  func kept() throws {
    let old = Baseline(entries: [try entry()])
    let update = BaselineUpdate(
      of: old, after: try record([cause(Self.fingerprint, 2, .accepted(acceptance))]), terms: try terms())
    #expect(update.reduced == 1)
    #expect(update.baseline.entries == [try entry(rows: 2)])
  }

  @Test("what has grown or is overdue is accepted again, under the new terms")
  func renewed() throws {
    for standing in [FindingCause.Standing.grown(acceptance), .expired(acceptance)] {
      let update = BaselineUpdate(
        of: Baseline(entries: [try entry()]), after: try record([cause(Self.fingerprint, 5, standing)]),
        terms: try terms())
      #expect(update.renewed == 1)
      #expect(update.baseline.entries.map(\.rowCount) == [5])
      #expect(update.baseline.entries.map(\.owner) == ["shop"])
    }
  }

  @Test("what is gone leaves the file, and so does what belongs to no rule")
  func removed() throws {
    let old = Baseline(entries: [try entry(), try entry("forgotten", Self.other)])
    let update = BaselineUpdate(of: old, after: try record([], settled: [Self.fingerprint]), terms: nil)
    #expect(update.removed == 2)
    #expect(update.baseline.entries.isEmpty)
  }

  @Test("an entry stays while nobody knows that its cause is gone, and below the gate as well")
  func undecidedEntry() throws {
    let old = Baseline(entries: [try entry(), try entry("names-agree", Self.other)])
    let suspect = BaselineUpdate(of: old, after: try record([]), terms: try terms())
    #expect(suspect.removed == 0)
    #expect(Set(suspect.baseline.entries) == Set(old.entries))
    let below = BaselineUpdate(
      of: old, after: try record([cause(Self.other, 3, .accepted(acceptance))]), terms: nil)
    #expect(below.baseline.entries.contains { $0.rule.text == "names-agree" })
  }

  @Test("without terms nothing is accepted: what is new stays out, what has grown keeps its entry")
  func pruned() throws {
    let update = BaselineUpdate(
      of: Baseline(entries: [try entry()]),
      after: try record([cause(Self.fingerprint, 5, .grown(acceptance)), cause(Self.other, 1)]), terms: nil)
    #expect(update.refused == 2)
    #expect(update.added + update.renewed + update.removed + update.reduced == 0)
    #expect(update.baseline.entries == [try entry()])
  }
}
