import FirestoreModel
import Postgres
import RFC3339
import RunModel
import Testing

@Suite("Quality rules on real stores")
struct QualityRuleTests {
  @Test("every metric of the library on a table: what breaks it and what does not")
  func table() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, state text, mail text, price numeric(8,2), flag boolean, gone boolean);
        INSERT INTO orders VALUES (1, 'open', 'a@b', 1.50, true, false), (2, 'paid', '', 2, false, false),
          (10, NULL, NULL, 3, true, false), (9, 'Open', 'n/a', 1.5, NULL, false), (11, 'x', 'x', 9, true, true)
        """)
    let live = "customProperties: [{property: concord.filter, value: not gone -- live}]"
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - name: state
              quality:
                - {id: no-null-state, metric: nullValues, mustBe: 0, \(live)}
                - {id: valid-states, metric: invalidValues, arguments: {validValues: [open, paid]}, mustBe: 0, \(live)}
                - {id: lower-states, metric: invalidValues, arguments: {pattern: "^[a-z]+$"}, mustBe: 0, \(live)}
                - {id: distinct-states, metric: duplicateValues, mustBe: 0, \(live)}
                - {id: few-nulls, metric: nullValues, unit: percent, mustBeLessOrEqualTo: 25, \(live)}
                - {id: fewer-nulls, metric: nullValues, unit: percent, mustBeLessThan: 25, \(live)}
                - {id: more-nulls, metric: nullValues, mustBeGreaterThan: 3, \(live)}
            - name: mail
              quality:
                - {id: mails, metric: missingValues, arguments: {missingValues: [null, "", "n/a"]}, mustBe: 0, \(live)}
                - {id: mails-not-empty, metric: missingValues, arguments: {missingValues: [""]}, mustBeLessThan: 2}
            - name: price
              quality:
                - {id: prices, metric: invalidValues, arguments: {validValues: [1.5, 2.00, 3]}, mustBe: 0, \(live)}
                - {id: distinct-prices, metric: duplicateValues, mustBe: 0, \(live)}
            - name: flag
              quality:
                - {id: flags, metric: invalidValues, arguments: {validValues: [true]}, mustBe: 0, \(live)}
          quality:
            - {id: some-orders, metric: rowCount, mustBeBetween: [1, 5]}
            - {id: five-orders, metric: rowCount, mustBe: 5, \(live)}
            - {id: pairs, metric: duplicateValues, arguments: {properties: [flag, price]}, mustBe: 0, \(live)}
      """)
    let results = try await stage.audit([orders])
    let violated = results.filter { $0.value.status != .held }.mapValues(\.subjects)
    #expect(
      violated == [
        "no-null-state": ["10"], "valid-states": ["9"], "lower-states": ["9"], "fewer-nulls": ["10"],
        "more-nulls": [""], "mails": ["2", "9", "10"], "distinct-prices": ["9"], "flags": ["2"], "five-orders": [""],
      ])
    #expect(results.values.allSatisfy { $0.reason == nil })
    #expect(results["more-nulls"]?.findings.first?.message == "measured 1, must be greater than 3")
    #expect(results["five-orders"]?.findings.first?.message == "measured 4, must be 5")
    #expect(results["mails"]?.rowsExamined == 4)
    #expect(results["mails"]?.findings.first?.witness.first?.position?.hasPrefix("LSN ") == true)
    // Statements that are shown can be run.
    for result in results.values {
      for query in result.findings.compactMap(\.query) {
        #expect(try await stage.orders.query(SQL(unsafe: String(query.dropLast()))).rows.count == 1, "\(query)")
      }
    }
  }

  @Test("an empty table keeps every rule but one that demands rows")
  func empty() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE orders (id int PRIMARY KEY, state text)")
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - name: state
              quality:
                - {id: percent, metric: nullValues, unit: percent, mustBe: 0}
                - {id: duplicates, metric: duplicateValues, unit: percent, mustBeLessThan: 1}
                - {id: rows, metric: rowCount, mustBeGreaterThan: 0}
                - {id: sums, type: sql, query: SELECT sum(id) FROM orders, mustBe: 0}
      """)
    let results = try await stage.audit([orders])
    #expect(results.filter { $0.value.status == .held }.keys.sorted() == ["duplicates", "percent"])
    #expect(results["rows"]?.findings.map(\.message) == ["measured 0, must be greater than 0"])
    #expect(results["sums"]?.findings.map(\.message) == ["measured null, must be 0"])
  }

  @Test("every metric of the library on a collection")
  func collection() async throws {
    let stage = try await AuditStage()
    try await stage.documents([
      "users/a": ["state": .string("on"), "mail": .string("a@b"), "n": .integer(1)],
      "users/b": ["state": .string("off"), "mail": .string(""), "n": .double(1)],
      "users/c": ["state": .null, "n": .integer(2)], "users/d": ["mail": .string("a@b"), "n": .string("1")],
      "users/e": ["state": .string("On"), "mail": .integer(7), "n": .integer(3), "gone": .boolean(true)],
    ])
    let users = AuditStage.contract(
      "user-store",
      """
        - name: users
          physicalType: collection
          properties:
            - {name: uid, primaryKey: true}
            - name: state
              quality:
                - {id: states, metric: nullValues, mustBe: 0}
                - {id: valid-states, metric: invalidValues, arguments: {validValues: ["on", "off"]}, mustBe: 0}
                - {id: few-nulls, metric: nullValues, unit: percent, mustBeLessOrEqualTo: 40}
                - id: live-states
                  metric: invalidValues
                  arguments: {validValues: ["on", "off"]}
                  mustBe: 0
                  customProperties: [{property: concord.filter, value: {field: gone, op: "!=", value: true}}]
            - name: mail
              quality:
                - {id: mails, metric: missingValues, arguments: {missingValues: [null, ""]}, mustBe: 0}
                - {id: mail-pattern, metric: invalidValues, arguments: {pattern: "^\\\\w+@"}, mustBe: 0}
                - {id: distinct-mails, metric: duplicateValues, mustBe: 0}
            - name: n
              quality:
                - {id: numbers, metric: invalidValues, arguments: {validValues: [1, 2, 3]}, mustBe: 0}
                - {id: distinct-numbers, metric: duplicateValues, mustBe: 0}
          quality:
            - {id: five-users, metric: rowCount, mustBe: 5}
            - {id: no-users, metric: rowCount, mustBe: 0}
      """)
    let results = try await stage.audit([users])
    let violated = results.filter { $0.value.status != .held }.mapValues(\.subjects)
    #expect(
      violated == [
        "states": ["c", "d"], "valid-states": ["e"], "mails": ["b", "c"], "mail-pattern": ["b", "e"],
        "distinct-mails": ["d"], "numbers": ["d"], "distinct-numbers": ["b", "d"], "no-users": [""],
      ])
    #expect(results["states"]?.findings.first?.query == "users/c")
    #expect(results["no-users"]?.findings.first?.message == "measured 5, must be 0")
    #expect(results["states"]?.findings.first?.witness.first?.position?.hasPrefix("readTime ") == true)
  }

  @Test("SQL rules: values of every type, lists of rows, placeholders, comments and semicolons")
  func sql() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script:
        """
        CREATE TABLE orders (id int PRIMARY KEY, n int, mail text);
        INSERT INTO orders SELECT i, i % 5, 'm' || i FROM generate_series(1, 20) AS i
        """
    )
    func rule(_ id: String, _ query: String, _ rest: String = "mustBe: 0") -> String {
      "      - {id: \(id), type: sql, query: \"\(query)\", \(rest)}\n"
    }
    let rows =
      #"customProperties: [{property: concord.key, value: id}, {property: concord.rows, value: "#
      + #""SELECT id, lower(mail) AS low, n FROM orders WHERE n = 3 ORDER BY id; -- all"}]"#
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - {name: mail, classification: personal}
            - name: n
              quality:
                - {id: positive, type: sql, query: "SELECT count(*) FROM ${object} WHERE ${property} < 0;", mustBe: 0}
          quality:

      """
        + rule("with-rows", "SELECT count(*) FROM orders WHERE n = 3", "mustBe: 0, \(rows)")
        + rule("no-rows-listed", "SELECT 1", "mustBe: 0, \(rows.replacingThree())")
        + rule("text", "SELECT 'x'::text", "mustBe: x") + rule("number-as-text", "SELECT '1.0'::text", "mustBe: '1.0'")
        + rule("truth", "SELECT bool_and(n >= 0) FROM orders", "mustBe: true")
        + rule("decimal", "SELECT avg(n) FROM orders", "mustBe: 2.0")
        + rule("nothing", "SELECT NULL", "mustNotBe: null")
        + rule("two-rows", "SELECT id FROM orders") + rule("no-row", "SELECT 1 WHERE false")
        + rule("two-values", "SELECT 1, 2") + rule("unknown", "SELECT count(*) FROM nowhere")
        + rule("with", "WITH x AS (SELECT 1) SELECT count(*) - 1 FROM x /* last */ ;")
        + rule("wrong-key", "SELECT 1", "mustBe: 0, \(rows.replacingKey())"))
    let results = try await stage.audit([orders])
    let held = results.filter { $0.value.status == .held }.keys.sorted()
    #expect(held == ["decimal", "number-as-text", "positive", "text", "truth", "with"])
    #expect(results["with-rows"]?.subjects == ["3", "8", "13", "18"])
    #expect(results["with-rows"]?.findings.first?.values == [.init("low", "•••(2)"), .init("n", "3")])
    #expect(results["no-rows-listed"]?.findingCount == 1)
    #expect(results["no-rows-listed"]?.findings.map(\.message) == ["measured 1, must be 0"])
    #expect(results["nothing"]?.status == .violated)
    #expect(
      results["two-rows"]?.reason
        == "the query must answer one row with one value; it answered several rows with 1 values")
    #expect(
      results["no-row"]?.reason == "the query must answer one row with one value; it answered no row with 1 values")
    #expect(
      results["two-values"]?.reason == "the query must answer one row with one value; it answered 1 row with 2 values")
    #expect(results["unknown"]?.reason == "undefined_table (42P01): relation \"nowhere\" does not exist")
    #expect(
      results["wrong-key"]?.reason
        == "concord.key names the column 'number', which concord.rows does not answer; it answers id, low, n")
  }

  @Test("an error of the server quotes no stored data")
  func errorText() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE orders (id int, mail text); INSERT INTO orders VALUES (1, 'ada@example.org')")
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties: [{name: id}]
          quality: [{id: casts, type: sql, query: "SELECT count(*) FROM orders WHERE mail::int = 1", mustBe: 0}]
      """)
    #expect(try await stage.audit([orders])["casts"]?.reason == "invalid_text_representation (22P02)")
  }

  @Test("what a service level lets grow old is old by the store's own clock, whatever kind of time tells it")
  func retention() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE logs (id int PRIMARY KEY, plain timestamp, zoned timestamptz, day date);
        INSERT INTO logs SELECT i, (now() AT TIME ZONE 'UTC') - i * INTERVAL '1 day', now() - i * INTERVAL '1 day',
          (now() AT TIME ZONE 'UTC')::date - i FROM generate_series(1, 5) AS i;
        INSERT INTO logs VALUES (9, (now() AT TIME ZONE 'UTC') - INTERVAL '71 hours 59 minutes',
          now() - INTERVAL '71 hours 59 minutes', NULL)
        """)
    let now = SystemWallClock().now()
    func age(_ days: Int64) -> [String: FirestoreValue] { ["seen": .timestamp(now.adding(seconds: -86_400 * days))] }
    try await stage.documents([
      "visits/a": age(1), "visits/b": age(4), "visits/c": age(9), "visits/d": ["seen": .string("long ago")],
      "visits/e": [:],
    ])
    func retained(_ contract: String, _ elements: String...) -> String {
      let levels = elements.map { "  - {property: retention, value: 3, unit: d, element: \($0)}" }
      return contract.replacing("schema:\n", with: "slaProperties:\n\(levels.joined(separator: "\n"))\nschema:\n")
    }
    let results = try await stage.audit([
      retained(
        AuditStage.contract(
          "order-db",
          """
            - name: logs
              customProperties: [{property: concord.writtenAt, value: plain}]
              properties:
                - {name: id, primaryKey: true}
                - {name: plain, logicalType: timestamp}
                - {name: zoned, logicalType: timestamp}
                - {name: day, logicalType: date}
          """), "logs", "\"logs.zoned, logs.day\""),
      retained(
        AuditStage.contract(
          "user-store",
          """
            - name: visits
              physicalType: collection
              properties: [{name: id, primaryKey: true}, {name: seen, logicalType: timestamp}]
          """), "visits.seen"),
    ])
    #expect(
      results.mapValues(\.subjects) == [
        "logs-plain-retention": ["3", "4", "5"], "logs-zoned-retention": ["3", "4", "5"],
        "logs-day-retention": ["4", "5"], "visits-seen-retention": ["b", "c"],
      ], "\(results.mapValues { $0.reason ?? "" })")
    #expect(results["visits-seen-retention"]?.rowsExamined == 2, "all others cost no read")
  }
}

extension String {
  fileprivate func replacingThree() -> String { split(separator: "n = 3").joined(separator: "n = 33") }
  fileprivate func replacingKey() -> String { split(separator: "value: id}").joined(separator: "value: number}") }
}
