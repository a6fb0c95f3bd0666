import FoundationEssentials
import JSON
import Testing

/// Whole runs on the bundled marketplace.
@Suite("The marketplace") struct MarketplaceRunTests {
  @Test("a healthy run passes: at least 100 cases, every rule evaluated, three reports, nothing left")
  func healthy() async throws {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let result = try await ConcordProcess.run(
        ["run", "--reports", "\(folder)/reports", "--seed", "7"], environment: leftOvers.environment)
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      let report = try RunReport(folder: "\(folder)/reports")
      #expect(report.json["verdict"] == "passed")
      #expect(report.cases("passed").count >= 100)
      #expect(report.caseNames("passed").count { $0.hasPrefix("generated:") } >= 2_000)
      #expect(report.caseNames("failed") == [])
      #expect(report.caseNames("errored") == [])
      #expect(report.rules.count >= 30)
      #expect(report.rules.allSatisfy { $0["result"]?["status"] == "held" })
      #expect(report.files == ["index.html", "junit.xml", "run.json", "state"])
      #expect(result.output.contains("result     PASSED"))
      #expect(leftOvers.processes() == [])
      #expect(leftOvers.files() == ["reports"])
    }
  }

  @Test("the drifted dataset gives exactly the findings that are planted in it")
  func drifted() async throws {
    try await withTemporaryFolder { folder in
      let result = try await ConcordProcess.run(
        ["run", "--dataset", "drifted", "--cases-per-operation", "3", "--reports", "\(folder)/reports"],
        environment: ["TMPDIR": folder])
      #expect(result.status == 1, "\(result.output)\(result.errors)")
      let report = try RunReport(folder: "\(folder)/reports")
      let expected = try RunReport.expectedFindings(dataset: "drifted")
      let found = report.findings
      for rule in Set(expected.keys).union(found.keys).sorted() {
        #expect(found[rule] == expected[rule], "\(rule)")
      }
      #expect(report.rules.count == expected.count, "every rule has planted violations")
      #expect(expected.values.allSatisfy { $0.count >= 2 })
    }
  }

  @Test("two runs side by side do not get into each other's way")
  func sideBySide() async throws {
    try await withTemporaryFolder { folder in
      async let first = ConcordProcess.run(["audit", "--reports", "\(folder)/a"], environment: ["TMPDIR": folder])
      async let second = ConcordProcess.run(["audit", "--reports", "\(folder)/b"], environment: ["TMPDIR": folder])
      let statuses = try await [first.status, second.status]
      #expect(statuses == [0, 0])
    }
  }

  @Test("the contracts alone and the audit alone are complete runs of their own")
  func halves() async throws {
    try await withTemporaryFolder { folder in
      let contracts = try await ConcordProcess.run(
        ["contracts", "--quiet", "--cases-per-operation", "3", "--reports", "\(folder)/contracts"],
        environment: ["TMPDIR": folder])
      #expect(contracts.status == 0, "\(contracts.output)\(contracts.errors)")
      let report = try RunReport(folder: "\(folder)/contracts")
      #expect(report.rules == [])
      #expect(report.cases("passed").count >= 100)
      #expect(contracts.output.hasPrefix("result     PASSED"), "quiet prints the result only")
    }
  }

  @Test("an audit is explained without being done, and leaves nothing behind")
  func explained() async throws {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let result = try await ConcordProcess.run(
        ["audit", "--explain", "--reports", "\(folder)/reports"], environment: leftOvers.environment)
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      #expect(result.output.contains("orders-belong-to-existing-users: every order belongs to an existing user\n"))
      #expect(result.output.hasSuffix("; estimates, nothing was audited\n"))
      #expect(leftOvers.processes() == [])
      #expect(leftOvers.files() == [])
    }
  }

  @Test("when a finding was first seen is kept beside the reports, and what cannot be read is told and begun anew")
  func history() async throws {
    try await withTemporaryFolder { folder in
      func audit() async throws -> RunReport {
        let result = try await ConcordProcess.run(
          ["audit", "--dataset", "drifted", "--quiet", "--reports", "\(folder)/reports"],
          environment: ["TMPDIR": folder])
        #expect(result.status == 1, "\(result.output)\(result.errors)")
        return try RunReport(folder: "\(folder)/reports")
      }
      func ages(_ report: RunReport) -> [String?] {
        report.rules.flatMap { $0["result"]?["causes"]?.arrayValue ?? [] }.map { $0["firstSeen"]?.stringValue }
      }
      let first = try await audit()
      #expect(ages(first).allSatisfy { $0 == nil })
      let second = try await audit()
      let started = try #require(first.json["run"]?["startedAt"]?.stringValue)
      let secondStart = try #require(second.json["run"]?["startedAt"]?.stringValue)
      #expect(!ages(second).isEmpty)
      #expect(ages(second).allSatisfy { started < $0 ?? "" && $0 ?? "" < secondStart })
      let file = "\(folder)/reports/state/marketplace-with-drifted.audit.json"
      try Data("{".utf8).write(to: URL(filePath: file))
      let third = try await audit()
      #expect(ages(third).allSatisfy { $0 == nil })
      let notices = third.json["notices"]?.arrayValue?.compactMap { $0["message"]?.stringValue }
      #expect(
        notices?.contains { $0.hasSuffix("cannot be used, so all findings count as seen for the first time") } == true)
      #expect(!ages(try await audit()).contains(nil), "it was written anew")
    }
  }

  @Test("relationships that the contracts lack are proposed, and nothing is left behind")
  func suggested() async throws {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let result = try await ConcordProcess.run(["suggest"], environment: leftOvers.environment)
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      #expect(result.output.contains("stock_movements.order_id → orders.id: it is named so, and "))
      #expect(result.output.contains("      - to: order-service.odcs.yaml#/schema/orders/properties/id\n"))
      #expect(!result.output.contains("orders.user_uid"), "that is known")
      #expect(leftOvers.processes() == [])
      #expect(leftOvers.files() == [])
    }
  }

  @Test("an audit that may not read enough is an error, and its rules say why")
  func bounded() async throws {
    try await withTemporaryFolder { folder in
      let result = try await ConcordProcess.run(
        ["audit", "--max-firestore-reads", "3", "--reports", "\(folder)/reports"], environment: ["TMPDIR": folder])
      #expect(result.status == 3, "\(result.output)\(result.errors)")
      let report = try RunReport(folder: "\(folder)/reports")
      let reasons = report.rules.compactMap { $0["result"]?["reason"]?.stringValue }
      #expect(!reasons.isEmpty)
      #expect(reasons.allSatisfy { $0.contains("The 3 documents that may be read are used up") }, "\(reasons)")
      #expect(report.json["verdict"] == "undecided")
    }
  }

  /// A fault that both halves must catch, and what of each half does; all faults are for `make drill`.
  static let faults = [
    ("order-service/skip-user-check", "orders-refused/unknown-user", "orders-belong-to-existing-users"),
    ("product-service/decrements-twice", "journey-first-purchase/stock", "stock-is-the-sum-of-its-movements"),
  ]

  @Test("a marketplace that is told to misbehave is found out by its contracts and by the audit", arguments: faults)
  func misbehaving(fault: String, contractCase: String, rule: String) async throws {
    try await withTemporaryFolder { folder in
      let result = try await ConcordProcess.run(
        ["run", "--cases-per-operation", "3", "--reports", "\(folder)/reports"],
        environment: ["TMPDIR": folder, "MARKETPLACE_FAULTS": fault])
      #expect(result.status == 1, "\(result.output)\(result.errors)")
      let report = try RunReport(folder: "\(folder)/reports")
      #expect(report.caseNames("failed").contains(contractCase))
      #expect(report.findings[rule]?.isEmpty == false)
      let findings = report.rules.first { $0["id"]?.stringValue == rule }?["result"]?["findings"]?.arrayValue ?? []
      let requests = findings.flatMap { $0["requests"]?.arrayValue ?? [] }
      #expect(
        requests.contains { $0["method"] == "POST" && $0["requestId"]?.stringValue?.hasPrefix("concord-") == true })
    }
  }

  @Test("a fault that no service has keeps the stack from starting, and the report says why")
  func unknownFault() async throws {
    try await withTemporaryFolder { folder in
      let result = try await ConcordProcess.run(
        ["run", "--reports", "\(folder)/reports"],
        environment: ["TMPDIR": folder, "MARKETPLACE_FAULTS": "order-service/skips-user-check"])
      #expect(result.status == 3)
      #expect((result.output + result.errors).contains("has no fault 'order-service/skips-user-check'"))
    }
  }
}
