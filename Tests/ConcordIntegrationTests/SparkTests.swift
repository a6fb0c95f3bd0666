// A whole Spark is half a gigabyte and takes a quarter of a minute to start, so the tests that need one run where there
// is one (`make test-spark` fetches it) and say aloud when they do not. What happens when Spark fails is tested with
// programs that fail in its place.

import FoundationEssentials
import JSON
import Testing

@Suite("Audits on Spark", .serialized) struct SparkTests {
  /// The program, where there is one.
  static let program: String? = {
    let environment = ProcessInfo.processInfo.environment
    let folders =
      (environment["SPARK_HOME"].map { ["\($0)/bin"] } ?? [])
      + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return folders.map { "\($0)/spark-sql" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  private func audit(_ arguments: String..., in folder: String) async throws -> ConcordProcess.Result {
    try await ConcordProcess.run(["audit", "--dataset", "drifted"] + arguments, environment: ["TMPDIR": folder])
  }

  private func results(_ folder: String) throws -> [String: JSONValue] {
    let rules = try RunReport(folder: folder).rules
    return Dictionary(
      try rules.map { rule in
        let result = try #require(rule["result"])
        return (
          try #require(rule["id"]?.stringValue),
          [
            "status": result["status"] ?? .null, "findingCount": result["findingCount"] ?? .null,
            "keysCompared": result["keysCompared"] ?? .null, "rowsExamined": result["rowsExamined"] ?? .null,
            "fingerprints": .array((result["findings"]?.arrayValue ?? []).map { $0["fingerprint"] ?? .null }),
          ]
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  @Test(
    "the same rules hold, and the same findings are made, as without Spark",
    .enabled(if: program != nil, "there is no spark-sql; 'make test-spark' fetches one"))
  func equalsNative() async throws {
    try await withTemporaryFolder { folder in
      let native = try await audit("--reports", "\(folder)/native", in: folder)
      #expect(native.status == 1)
      let spark = try await audit(
        "--engine", "spark", "--master", "local[2]", "--reports", "\(folder)/spark", in: folder)
      #expect(spark.status == 1, "\(spark.output)\(spark.errors)")
      let expected = try results("\(folder)/native")
      let found = try results("\(folder)/spark")
      #expect(found.count == expected.count)
      for (rule, result) in expected { #expect(found[rule] == result, "\(rule)") }
      let text = try String(contentsOf: URL(filePath: "\(folder)/spark/run.json"), encoding: .utf8)
      #expect(text.contains("with Spark (local[2])"))
    }
  }

  @Test(
    "an export stands in for the collection, and what it lacks is looked up",
    .enabled(if: program != nil, "there is no spark-sql; 'make test-spark' fetches one"))
  func export() async throws {
    try await withTemporaryFolder { folder in
      #expect(try await audit("--reports", "\(folder)/native", in: folder).status == 1)
      // Made before most users came: all others may dangle, and none of them does.
      try Data(#"{"uid":"u1","name":"Ann"}"#.utf8).write(to: URL(filePath: "\(folder)/users.json"))
      let spark = try await audit(
        "--engine", "spark", "--master", "local[2]", "--spark-export", "user-store/users=\(folder)/users.json",
        "--spark-export-id", "uid", "--reports", "\(folder)/spark", in: folder)
      #expect(spark.status == 1, "\(spark.output)\(spark.errors)")
      let expected = try results("\(folder)/native")
      for (rule, result) in try results("\(folder)/spark") { #expect(expected[rule] == result, "\(rule)") }
      let text = try String(contentsOf: URL(filePath: "\(folder)/spark/run.json"), encoding: .utf8)
      #expect(text.contains("from the export"))
    }
  }

  @Test(
    "keys of every kind, names that need quotes and conditions that look like Spark's own mean the same to Spark",
    .enabled(if: program != nil, "there is no spark-sql; 'make test-spark' fetches one"))
  func oddKeys() async throws {
    try await withTemporaryFolder { folder in
      let stack = try OddKeysStack.write(to: folder)
      for engine in ["native", "spark"] {
        let result = try await ConcordProcess.run(
          [
            "audit", "--stack", stack, "--engine", engine, "--master", "local[2]", "--reports", "\(folder)/\(engine)",
          ], environment: ["TMPDIR": folder])
        #expect(result.status == 1, "\(result.output)\(result.errors)")
      }
      let expected = try results("\(folder)/native")
      let found = try results("\(folder)/spark")
      #expect(found.keys.sorted() == OddKeysStack.rules)
      for (rule, result) in found {
        #expect(result["findingCount"] == 1, "\(rule)")
        #expect(expected[rule] == result, "\(rule)")
      }
    }
  }

  @Test(
    "a Spark that fails, or breaks off, leaves references undecided and never passed",
    arguments: [
      ("echo 'Exception in thread main: no driver' >&2; exit 1", "failed (exit status 1): Exception in thread main"),
      ("echo '{\"rule\":0,\"keys\":1,\"rows\":1}'", "ended before it had answered"),
    ])
  func failures(script: String, reason: String) async throws {
    try await withTemporaryFolder { folder in
      let program = "\(folder)/spark-sql"
      try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: program))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      let result = try await ConcordProcess.run(
        ["audit", "--engine", "spark", "--spark-sql", program, "--reports", "\(folder)/r"],
        environment: ["TMPDIR": folder])
      #expect(result.status == 3, "\(result.output)\(result.errors)")
      let report = try RunReport(folder: "\(folder)/r")
      let references = report.rules.filter { $0["kind"]?.stringValue == "reference" }
      #expect(!references.isEmpty)
      for rule in references {
        #expect(rule["result"]?["status"]?.stringValue == "errored")
        #expect(
          rule["result"]?["reason"]?.stringValue?.contains(reason) == true, "\(rule["result"]?.serialized() ?? "")")
      }
      #expect(report.rules.contains { $0["result"]?["status"]?.stringValue == "held" }, "other rules need no Spark")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["r", "spark-sql"])
    }
  }

  @Test("the script is shown without being run, and holds no password")
  func explain() async throws {
    try await withTemporaryFolder { folder in
      let program = "\(folder)/spark-sql"
      try Data("#!/bin/sh\nexit 1\n".utf8).write(to: URL(filePath: program))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      let result = try await ConcordProcess.run(
        ["audit", "--engine", "spark", "--spark-sql", program, "--explain"], environment: ["TMPDIR": folder])
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.output.contains("-- orders-belong-to-existing-users: order-db: each user_uid once of orders, by JDBC"))
      #expect(result.output.contains("password '${env:CONCORD_PASSWORD_order_45_db}'"))
    }
  }

  @Test(
    "what cannot work is told before anything starts",
    arguments: [
      (["--spark-sql", "/nowhere/spark-sql"], "spark-sql is not there; install Spark"),
      (["--spark-conf", "novalue"], "is not of the form key=value"),
      (["--spark-export", "users=/x.json"], "is not of the form store/collection=path"),
      (["--spark-export", "user-store/users=/x.csv"], "ends neither in .parquet nor in .json"),
    ])
  func usage(arguments: [String], message: String) async throws {
    let result = try await ConcordProcess.run(["audit", "--engine", "spark"] + arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test("what would have no effect is told")
  func withoutEffect() async throws {
    let forgotten = try await ConcordProcess.run(["audit", "--spark-export", "user-store/users=/x.json"])
    #expect(forgotten.status == 64)
    #expect(forgotten.errors.contains("what begins with --spark is for --engine spark"), "\(forgotten.errors)")
    try await withTemporaryFolder { folder in
      let program = "\(folder)/spark-sql"
      try Data("#!/bin/sh\nexit 1\n".utf8).write(to: URL(filePath: program))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      for explain in [["--explain"], []] {
        let misspelt = try await ConcordProcess.run(
          ["audit", "--engine", "spark", "--spark-sql", program, "--spark-export", "user-store/user=/x.json"] + explain,
          environment: ["TMPDIR": folder])
        #expect(misspelt.status == 2)
        #expect(misspelt.errors.contains("no relationship points to user-store/user"), "\(misspelt.errors)")
      }
    }
  }
}
