import JSON
import RFC3339
import RunModel
import Testing
import YAMLSource

/// A run that has one of everything, hostile texts included, for the golden files of all formats.
enum SampleRun {
  static let start = Timestamp(seconds: 1_795_000_000, nanoseconds: 250_000_000)

  /// A run in which something of every kind went wrong.
  static func troubled() throws -> RunRecord {
    try record(of: troubledEvents())
  }

  /// A run without a flaw.
  static func clean() throws -> RunRecord {
    try record(of: cleanEvents())
  }

  static func record(of events: [RunEvent]) throws -> RunRecord {
    let recorder = RunRecorder()
    for event in events { recorder.receive(event) }
    return try #require(recorder.snapshot)
  }

  static func troubledEvents() throws -> [RunEvent] {
    let plan = try plan()
    return [
      .runStarted(header(dataset: "drifted")), .phaseStarted(.boot),
      component("orders-db", .postgresql, .ready(after: .milliseconds(130)), "127.0.0.1:5434/orders"),
      component("shop", .service, .ready(after: .milliseconds(42)), "http://127.0.0.1:4000"),
      component(
        "mailer", .service, .failed(reason: "died: signal 9 (SIGKILL)", log: ["<b>last words</b>", "\u{1B}[31mred"]),
        nil),
      .phaseFinished(.boot, after: .milliseconds(640)), .phaseStarted(.contracts), .contractsPlanned(contractPlan()),
      .caseFinished(passedCase()), .caseFinished(failedCase()),
      .caseFinished(
        bareCase("refund-order", .errored(reason: "no answer within 5 s"), operation: nil)),
      .caseFinished(bareCase("check-refund", .skipped(reason: "refund-order did not succeed"), operation: nil)),
      .coverageMeasured(coverage()),
      .phaseFinished(.contracts, after: .milliseconds(1450)), .phaseStarted(.audit), .auditPlanned(plan),
      .ruleStarted(plan.rules[0].id), .ruleFinished(try violated(plan.rules[0])),
      .ruleFinished(
        RuleResult(
          rule: plan.rules[1].id, status: .held, findingCount: 0, findings: [],
          suspects: [
            Suspect(key: [.init("order<id>", "7")], rowCount: 2, reason: "written too lately to be judged"),
            Suspect(key: [.init("order<id>", "8")], rowCount: 1, reason: "may be <late>", firstSeen: start),
          ], rowsExamined: 12, keysCompared: 12,
          duration: .milliseconds(3), plan: ["COPY (SELECT …)"])),
      .ruleFinished(
        RuleResult(
          rule: plan.rules[2].id, status: .errored(reason: "orders-db: connection lost after 4,000 rows"),
          findingCount: 0, findings: [], rowsExamined: 4000, keysCompared: 0, duration: .milliseconds(7), plan: [])),
      .phaseFinished(.audit, after: .milliseconds(310)),
      .noted(Notice(.warning, "the clock of orders-db is 3 s ahead", remedy: "Check its time service.")),
      .runFinished(RunEnding(finishedAt: start.adding(seconds: 2, nanoseconds: 650_000_000), reason: .completed)),
    ]
  }

  static func cleanEvents() throws -> [RunEvent] {
    let plan = AuditPlan(rules: [try plan().rules[1]])
    return [
      .runStarted(header(dataset: nil)),
      component("shop", .service, .ready(after: .milliseconds(42)), "http://127.0.0.1:4000"),
      .contractsPlanned(
        ContractPlan(
          suites: [.init(id: "place-order", title: "Place an order", source: nil, cases: [passedCase().id])],
          operations: [operation])),
      .caseFinished(passedCase()), .auditPlanned(plan),
      .ruleFinished(
        RuleResult(
          rule: plan.rules[0].id, status: .held, findingCount: 0, findings: [], rowsExamined: 12, keysCompared: 12,
          duration: .milliseconds(3), plan: [])),
      .runFinished(RunEnding(finishedAt: start.adding(seconds: 1), reason: .completed)),
    ]
  }

  // MARK: Parts

  private static func header(dataset: String?) -> RunHeader {
    RunHeader(
      id: "20261118-abc123", startedAt: start, command: "concord run --dataset drifted", version: "0.1.0",
      stack: "market & place", seed: 42, dataset: dataset, host: "build-7", phases: [.boot, .contracts, .audit],
      baseline: dataset.map { "contracts/accepted-\($0).yaml" })
  }

  private static func component(
    _ name: String, _ kind: Component.Kind, _ state: ComponentReport.State, _ address: String?
  ) -> RunEvent {
    .componentChanged(
      ComponentReport(
        component: Component(name: name, kind: kind), mode: kind == .service ? .process : .embedded, state: state,
        address: address))
  }

  private static let operation = OperationReference(
    service: "shop", id: "createOrder", method: "POST", path: "/orders")

  private static func contractPlan() -> ContractPlan {
    let names = ["create-order", "read-order", "refund-order", "check-refund", "never-reached"]
    return ContractPlan(
      suites: [
        .init(
          id: "place-order", title: "Place an order",
          source: SourceLocation(file: "contracts/workflows/orders.arazzo.yaml", line: 12, column: 5),
          cases: names.map { CaseID(suite: "place-order", name: $0) })
      ],
      operations: [
        operation, OperationReference(service: "shop", id: "listOrders", method: "GET", path: "/orders"),
      ])
  }

  private static func coverage() -> ContractCoverage {
    let place = SourceLocation(file: "contracts/apis/shop.openapi.yaml", line: 7, column: 9)
    return ContractCoverage(
      items: [
        .init(.operations, of: operation, name: "", location: place, isSeen: true),
        .init(.statuses, of: operation, name: "201", location: place, isSeen: true),
        .init(.statuses, of: operation, name: "4<b>XX", location: place, isSeen: false),
        .init(
          .statuses, of: operation, name: "500", location: place, isSeen: false, excuse: "a failure of the service"),
        .init(.fields, of: operation, name: "/id", location: nil, isSeen: false),
      ], thresholds: ["shop": [.operations: 100, .statuses: 80]])
  }

  private static func bareCase(
    _ name: String, _ status: CaseResult.Status, operation: OperationReference?
  ) -> CaseResult {
    CaseResult(
      id: CaseID(suite: "place-order", name: name), title: "\(name) as documented", service: "shop",
      operation: operation, source: SourceLocation(file: "contracts/workflows/orders.arazzo.yaml", line: 40, column: 9),
      status: status, startedAt: start, duration: .milliseconds(5), checksPassed: 0, failures: [], exchanges: [])
  }

  private static func passedCase() -> CaseResult {
    CaseResult(
      id: CaseID(suite: "place-order", name: "create-order"), title: "an order is created", service: "shop",
      operation: operation, source: nil, status: .passed, startedAt: start, duration: .milliseconds(31),
      checksPassed: 9, failures: [], exchanges: [exchange(status: 201, body: "{\"id\":1}")])
  }

  private static func failedCase() -> CaseResult {
    CaseResult(
      id: CaseID(suite: "place-order", name: "read-order"), title: "the order can be read", service: "shop",
      operation: operation, source: SourceLocation(file: "contracts/workflows/orders.arazzo.yaml", line: 33, column: 9),
      status: .failed, startedAt: start, duration: .milliseconds(12), checksPassed: 4,
      failures: [
        CheckFailure(
          check: "response-body", subject: .body(JSONPointer().appending("total")),
          message: "the value is a number, not a string",
          expectation: SourceLocation(file: "contracts/apis/shop.openapi.yaml", line: 210, column: 13),
          expected: "string", actual: "12.5"),
        CheckFailure(
          check: "status-documented", subject: .status, message: "status 418 is not documented", expectation: nil,
          expected: "200, 404", actual: "418"),
      ],
      exchanges: [exchange(status: 418, body: "<script>alert('x')</script> ]]> \u{0}")],
      logs: [LogExcerpt(component: "shop", lines: ["GET /orders/1 418 <script>"])])
  }

  private static func exchange(status: Int, body: String) -> Exchange {
    Exchange(
      request: .init(
        method: "POST", url: "http://127.0.0.1:4000/orders?a=1&b=2",
        headers: [.init(name: "Authorization", value: "Bearer ••••")],
        body: .init(text: "{\"sku\":\"<1>\"}", byteCount: 13, isTruncated: false)),
      response: .init(
        status: status, headers: [.init(name: "Content-Type", value: "application/json")],
        body: .init(text: body, byteCount: body.utf8.count, isTruncated: false)),
      error: nil, startedAt: start,
      timings: .init(
        nameLookup: .zero, connect: .microseconds(80), tls: .zero, firstByte: .milliseconds(9), total: .milliseconds(10)
      ),
      curl:
        "curl -X POST -H \"Authorization: Bearer $TOKEN\" -d '{\"sku\":\"<1>\"}' 'http://127.0.0.1:4000/orders?a=1&b=2'"
    )
  }

  private static func plan() throws -> AuditPlan {
    func rule(_ id: String, _ title: String, _ kind: RuleDescription.Kind, _ object: String) throws -> RuleDescription {
      RuleDescription(
        id: try #require(RuleID(id)), title: title, kind: kind, severity: .error,
        subject: DataLocation(store: "orders-db", object: object, fields: ["user_uid"]), filter: "user_uid <> ''",
        source: SourceLocation(file: "contracts/data/orders.odcs.yaml", line: 30, column: 7),
        remedy: "Restore the user or anonymise the orders.")
    }
    return AuditPlan(rules: [
      try rule(
        "orders-reference-existing-users", "every order belongs to an existing user",
        .reference(to: DataLocation(store: "user-store", object: "users", fields: ["uid"])), "orders"),
      try rule("orders-have-totals", "an order's total adds up", .quality(metric: "sql"), "orders"),
      try rule("payments-are-positive", "a payment is positive", .quality(metric: "invalidValues"), "payments"),
    ])
  }

  private static func violated(_ rule: RuleDescription) throws -> RuleResult {
    let acceptance = Acceptance(rowCount: 2, owner: "team <shop>", reason: "imported & kept", expires: "2026-12-31")
    let causes = [
      FindingCause(
        fingerprint: "c0de", key: [.init("user_uid", "ghost<1>")], rowCount: 3,
        likely: LikelyCause(.recased, "users.uid has one that differs only in case: Ghost<1>"),
        standing: .grown(acceptance),
        firstSeen: start.adding(seconds: -864_000)),
      FindingCause(fingerprint: "beef", key: [.init("user_uid", "gone")], rowCount: 2, standing: .accepted(acceptance)),
    ]
    return RuleResult(
      rule: rule.id, status: .violated, findingCount: 5,
      findings: [
        finding(of: rule, id: "7", cause: "c0de"), finding(of: rule, id: "8", cause: "c0de"),
        finding(of: rule, id: "9", cause: "beef", isAccepted: true),
      ], causes: causes, acceptedCount: 2, settled: [SettledEntry(fingerprint: "dead", what: "user_uid <back>")],
      rowsExamined: 40, keysCompared: 17, duration: .milliseconds(21),
      plan: ["SELECT DISTINCT user_uid FROM orders", "batchGet users (1 request)"])
  }

  private static func finding(
    of rule: RuleDescription, id: String, cause: String, isAccepted: Bool = false
  ) -> Finding {
    var finding = Finding(
      rule: rule.id, severity: .error, fingerprint: "9f2c\(id)", subject: [.init("id", id)],
      values: [.init("user_uid", isAccepted ? "gone" : "ghost<1>"), .init("note", nil)],
      message: "users has no document ghost<1>",
      witness: [
        .init(what: "absent", store: "user-store", at: start, position: "readTime 2026-11-18T11:06:40Z"),
        .init(what: "present", store: "orders-db", at: start.adding(seconds: 1), position: nil),
      ],
      query: "SELECT * FROM orders WHERE user_uid = 'ghost<1>'", remedy: rule.remedy, cause: cause,
      isAccepted: isAccepted)
    guard id == "8" else { return finding }
    finding.requests = [
      WritingRequest(
        method: "POST", path: "/orders", service: "order<service>", status: 201,
        caseID: CaseID(suite: "journey", name: "place\u{1B}[1m"), requestID: "concord-1-<journey>"),
      WritingRequest(
        method: "DELETE", path: "/users/{uid}", service: "user-service", status: 204,
        caseID: CaseID(suite: "journey", name: "leave"), requestID: nil),
    ]
    return finding
  }
}
