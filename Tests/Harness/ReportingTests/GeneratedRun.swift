import JSON
import RFC3339
import RunModel
import Testing
import YAMLSource

/// A run made of chance and of the worst texts that one can think of; the same seed makes the same run.
struct GeneratedRun {
  /// Texts that break a format which forgets to escape, to bound or to count.
  static let hostileTexts = [
    "<script>alert(1)</script>", "</style><script>alert(1)</script>", "x\" onmouseover=\"alert(1)", "' onfocus='x",
    "]]>", "<![CDATA[", "--><!--", "</details></section></main>", "&lt;b&gt;", "&#0;", "<svg onload=alert(1)>",
    "javascript:alert(1)", "\u{0}\u{1}\u{8}\u{B}\u{1F}", "\u{1B}[31mred\u{1B}]0;title\u{7}", "\u{202E}drowssap\u{2066}",
    "\u{FFFE}\u{FFFF}", "\r\n\r\n", "a\u{2028}b\u{2029}c", "line one\nline two\n\n", "", "   ", "\t", "é😀👩‍👩‍👧", "e\u{301}",
    "{\"a\":1,\"a\":2}", "{\"deep\":[[[[{\"x\":\"<b>\"}]]]]}", "[1,2", "%s%n%d", "$(rm -rf /)",
    "'; DROP TABLE orders; --",
    String(repeating: "very long ", count: 900), String(repeating: "[", count: 3000), "ordinary text",
  ]

  private var random: SplitMix64
  private let start = Timestamp(seconds: 1_795_000_000, nanoseconds: 0)

  private init(seed: UInt64) { random = SplitMix64(state: seed) }

  /// The events of a run; with `seed` even it ends in order.
  static func events(seed: UInt64) throws -> [RunEvent] {
    var run = GeneratedRun(seed: seed)
    return try run.events(isComplete: seed.isMultiple(of: 2))
  }

  /// A run of nothing but contract cases.
  static func cases(_ count: Int, failing: Bool) -> [RunEvent] {
    var run = GeneratedRun(seed: 1)
    return run.plainCases(count, failing: failing)
  }

  // MARK: Chance

  private mutating func text() -> String {
    let first = Self.hostileTexts.randomElement(using: &random) ?? ""
    return Bool.random(using: &random) ? first : first + (Self.hostileTexts.randomElement(using: &random) ?? "")
  }

  private mutating func optional<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }

  private mutating func many<Value>(_ limit: Int, _ make: (inout GeneratedRun) -> Value) -> [Value] {
    let count = Int.random(in: 0...limit, using: &random)
    return (0..<count).map { _ in make(&self) }
  }

  private mutating func duration() -> Duration {
    // Also what a clock that runs backwards would give.
    .microseconds(Int64.random(in: -5_000_000...5_000_000_000, using: &random))
  }

  private mutating func location() -> YAMLSource.SourceLocation? {
    optional(YAMLSource.SourceLocation(file: text(), line: Int.random(in: 1...9999, using: &random), column: 1))
  }

  // MARK: Events

  private mutating func events(isComplete: Bool) throws -> [RunEvent] {
    let header = RunHeader(
      id: text(), startedAt: start, command: text(), version: text(), stack: text(), seed: random.next(),
      dataset: optional(text()), host: text(), failOn: Severity.allCases.randomElement(using: &random) ?? .error,
      phases: RunPhase.allCases)
    let operations = many(4) {
      OperationReference(service: $0.text(), id: $0.text(), method: $0.text(), path: $0.text())
    }
    let cases = many(12) { $0.caseResult(operations) }
    let planned = cases.map(\.id) + many(3) { CaseID(suite: $0.text(), name: $0.text()) }
    let rules = try rules()
    var events: [RunEvent] = [.runStarted(header), .phaseStarted(.boot)]
    events += many(5) { .componentChanged($0.component()) }
    events.append(.phaseFinished(.boot, after: duration()))
    events.append(
      .contractsPlanned(
        ContractPlan(
          suites: Dictionary(grouping: planned, by: \.suite).sorted { $0.key < $1.key }.map {
            .init(id: $0.key, title: text(), source: location(), cases: $0.value)
          }, operations: operations)))
    events += cases.map { .caseFinished($0) }
    events.append(.phaseFinished(.contracts, after: duration()))
    events.append(.auditPlanned(AuditPlan(rules: rules)))
    events += rules.map { .ruleFinished(result(of: $0)) }
    events.append(.phaseFinished(.audit, after: duration()))
    events += many(3) { .noted(Notice($0.severity(), $0.text(), remedy: $0.optional($0.text()))) }
    let reasons: [RunEnding.Reason] = [.completed, .interrupted(signal: text()), .stackFailed(text())]
    if isComplete {
      events.append(
        .runFinished(
          RunEnding(finishedAt: start.adding(duration()), reason: reasons.randomElement(using: &random) ?? .completed)))
    }
    return events
  }

  private mutating func severity() -> Severity { Severity.allCases.randomElement(using: &random) ?? .error }

  private mutating func component() -> ComponentReport {
    let kinds: [Component.Kind] = [.service, .postgresql, .firestore]
    let states: [ComponentReport.State] = [
      .starting, .ready(after: duration()), .stopped, .failed(reason: text(), log: many(40) { $0.text() }),
    ]
    return ComponentReport(
      component: Component(name: text(), kind: kinds.randomElement(using: &random) ?? .service), mode: .process,
      state: states.randomElement(using: &random) ?? .stopped, address: optional(text()))
  }

  private mutating func caseResult(_ operations: [OperationReference]) -> CaseResult {
    let statuses: [CaseResult.Status] = [.passed, .failed, .errored(reason: text()), .skipped(reason: text())]
    return CaseResult(
      id: CaseID(suite: text(), name: text()), title: text(), service: text(),
      operation: operations.randomElement(using: &random), source: location(),
      status: statuses.randomElement(using: &random) ?? .passed, startedAt: start, duration: duration(),
      checksPassed: Int.random(in: 0...20, using: &random), failures: many(60) { $0.failure() },
      exchanges: many(7) { $0.exchange() },
      logs: many(2) { LogExcerpt(component: $0.text(), lines: $0.many(60) { $0.text() }) })
  }

  private mutating func failure() -> CheckFailure {
    let subjects: [CheckFailure.Subject] = [
      .status, .header(text()), .body(JSONPointer(tokens: many(3) { $0.text() })), .exchange, .criterion(text()),
    ]
    return CheckFailure(
      check: text(), subject: subjects.randomElement(using: &random) ?? .status, message: text(),
      expectation: location(), expected: optional(text()), actual: optional(text()))
  }

  private mutating func exchange() -> Exchange {
    func body(_ text: String, _ isTruncated: Bool) -> Exchange.Body {
      Exchange.Body(text: text, byteCount: text.utf8.count, isTruncated: isTruncated)
    }
    let response = Exchange.Response(
      status: Int.random(in: 100...599, using: &random), headers: many(3) { .init(name: $0.text(), value: $0.text()) },
      body: Bool.random(using: &random)
        ? body(text(), Bool.random(using: &random)) : .init(text: nil, byteCount: 9, isTruncated: false))
    return Exchange(
      request: .init(method: text(), url: text(), headers: [], body: optional(body(text(), false))),
      response: optional(response), error: optional(text()), startedAt: start,
      timings: optional(
        .init(
          nameLookup: duration(), connect: duration(), tls: duration(), firstByte: duration(), total: duration())),
      curl: text())
  }

  private mutating func rules() throws -> [RuleDescription] {
    let locations = (0..<4).map { _ in
      DataLocation(store: text(), object: text(), fields: [text(), text()])
    }
    return try (0..<Int.random(in: 0...12, using: &random)).map { index in
      let (subject, target) = (locations[index % 4], locations[(index * 7 + 2) % 4])
      return RuleDescription(
        id: try #require(RuleID("rule-\(index)")), title: text(),
        kind: Bool.random(using: &random) ? .reference(to: target) : .quality(metric: text()), severity: severity(),
        subject: subject, filter: optional(text()), source: location(), remedy: optional(text()))
    }
  }

  private mutating func result(of rule: RuleDescription) -> RuleResult {
    let statuses: [RuleResult.Status] = [.held, .violated, .errored(reason: text()), .skipped(reason: text())]
    let findings = many(30) { $0.finding(of: rule) }
    let causes = many(30) { $0.cause(of: findings) }
    return RuleResult(
      rule: rule.id, status: statuses.randomElement(using: &random) ?? .held,
      findingCount: findings.count + Int.random(in: 0...5000, using: &random), findings: findings,
      causes: causes, causeCount: causes.count + Int.random(in: 0...9, using: &random), acceptedCount: 1,
      settled: many(2) { .init(fingerprint: $0.text(), what: $0.text()) },
      suspects: many(2) {
        .init(key: [.init($0.text(), $0.optional($0.text()))], rowCount: 3, reason: $0.text(), firstSeen: $0.start)
      },
      rowsExamined: Int.random(in: 0...9_000_000, using: &random),
      keysCompared: 3, duration: duration(), plan: many(3) { $0.text() })
  }

  private mutating func cause(of findings: [Finding]) -> FindingCause {
    let acceptance = Acceptance(rowCount: 1, owner: text(), reason: text(), expires: text())
    let standings: [FindingCause.Standing] = [.new, .accepted(acceptance), .grown(acceptance), .expired(acceptance)]
    return FindingCause(
      fingerprint: findings.randomElement(using: &random)?.cause ?? text(),
      key: many(2) { .init($0.text(), $0.optional($0.text())) }, rowCount: Int.random(in: 1...5000, using: &random),
      measured: optional(text()), likely: optional(LikelyCause(.truncated, text())),
      standing: standings.randomElement(using: &random) ?? .new)
  }

  private mutating func finding(of rule: RuleDescription) -> Finding {
    Finding(
      rule: rule.id, severity: rule.severity, fingerprint: text(),
      subject: many(2) { .init($0.text(), $0.optional($0.text())) },
      values: many(3) { .init($0.text(), $0.optional($0.text())) }, message: text(),
      witness: many(2) { .init(what: $0.text(), store: $0.text(), at: $0.start, position: $0.optional($0.text())) },
      query: optional(text()), remedy: optional(text()), cause: optional(text()),
      isAccepted: Bool.random(using: &random))
  }

  // MARK: Many cases

  private mutating func plainCases(_ count: Int, failing: Bool) -> [RunEvent] {
    let operation = OperationReference(service: "shop", id: "getOrder", method: "GET", path: "/orders/{id}")
    let ids = (0..<count).map { CaseID(suite: "suite-\($0 / 100)", name: "step-\($0 % 100)") }
    let suites = Dictionary(grouping: ids, by: \.suite).sorted { $0.key < $1.key }
    let body = "{\"id\":1,\"items\":[{\"name\":\"<b>\",\"price\":12.50}]}"
    let exchange = Exchange(
      request: .init(method: "GET", url: "http://127.0.0.1:4000/orders/1", headers: [], body: nil),
      response: .init(
        status: 200, headers: [], body: .init(text: body, byteCount: body.utf8.count, isTruncated: false)),
      error: nil, startedAt: start, timings: nil, curl: "curl http://127.0.0.1:4000/orders/1")
    let failure = CheckFailure(
      check: "response-body", subject: .body(JSONPointer().appending("id")), message: "the value is not a string",
      expectation: YAMLSource.SourceLocation(file: "api.yaml", line: 1, column: 1), expected: "string", actual: "1")
    var events: [RunEvent] = [
      .runStarted(
        RunHeader(
          id: "r", startedAt: start, command: "concord contracts", version: "0", stack: "s", seed: 1, dataset: nil,
          host: "h", phases: [.contracts])),
      .contractsPlanned(
        ContractPlan(
          suites: suites.map { .init(id: $0.key, title: "A suite", source: nil, cases: $0.value) },
          operations: [operation])),
    ]
    events += ids.map { id in
      .caseFinished(
        CaseResult(
          id: id, title: "An order can be read", service: "shop", operation: operation, source: nil,
          status: failing ? .failed : .passed, startedAt: start, duration: .milliseconds(3), checksPassed: 4,
          failures: failing ? [failure] : [], exchanges: [exchange]))
    }
    return events + [.runFinished(RunEnding(finishedAt: start.adding(seconds: 9), reason: .completed))]
  }
}

/// Vigna's SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
