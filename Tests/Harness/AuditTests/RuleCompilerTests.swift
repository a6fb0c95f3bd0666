import DataContract
import FirestoreModel
import JSON
import Postgres
import RunModel
import Testing
import YAMLSource

@testable import Audit

/// Loads rules from contracts that are written in a test.
enum Contracts {
  static let stores = [
    Component(name: "user-store", kind: .firestore), Component(name: "order-db", kind: .postgresql),
    Component(name: "order-service", kind: .service),
  ]

  static func contract(_ id: String, server: String, type: String, _ schema: String) -> String {
    let details = type == "postgres" ? ", host: h, port: 5432, database: d, schema: sales" : ""
    return """
      kind: DataContract
      apiVersion: v3.1.0
      id: \(id)
      version: '1'
      status: active
      servers:
        - {server: \(server), type: \(type)\(details)}
      schema:

      """ + schema
  }

  static let users = contract(
    "users", server: "user-store", type: "custom",
    """
      - name: users
        physicalType: collection
        properties:
          - {name: uid, primaryKey: true}
          - {name: mail, classification: personal}
          - {name: home, logicalType: object, properties: [{name: plz, physicalName: zip}]}
    """)

  static func load(_ files: [String: String]) -> (AuditRules?, [Diagnostic]) {
    AuditRules.load(files: files.keys.sorted(), stores: stores, loader: SourceLoader(files: files))
  }

  /// The rules of an order-service whose schema is given, beside the users.
  static func orders(_ schema: String) -> (AuditRules?, [Diagnostic]) {
    load(["users.yaml": users, "orders.yaml": contract("orders", server: "order-db", type: "postgres", schema)])
  }

  static func problems(_ schema: String) -> String {
    orders(schema).1.map(\.description).joined(separator: "\n")
  }
}

@Suite("Compiling rules")
struct RuleCompilerTests {
  @Test("a relationship becomes a reference between stores, with names of the stores")
  func reference() throws {
    let (rules, problems) = Contracts.orders(
      """
        - name: orders
          physicalName: Orders
          properties:
            - {name: id, primaryKey: true, physicalName: order_id}
            - name: buyer
              physicalName: user_uid
              relationships:
                - to: users.yaml#/schema/users/properties/uid
                  customProperties:
                    - {property: concord.id, value: orders-have-buyers}
                    - {property: concord.filter, value: "status <> 'DRAFT'; -- drafts have none"}
            - name: zip
              relationships: [{to: users.yaml#/schema/users/properties/home/properties/plz}]
      """)
    #expect(problems.isEmpty)
    let rule = try #require(rules?.rules.first)
    #expect(rule.description.id.text == "orders-have-buyers")
    #expect(rule.description.subject == DataLocation(store: "order-db", object: "orders", fields: ["buyer"]))
    guard case .reference(let check) = rule.check, case .sql(let from) = check.from, case .firestore(let to) = check.to
    else {
      Issue.record("\(rule.check)")
      return
    }
    #expect(from.from.text == #""sales"."Orders" AS t"#)
    #expect(from.columns == ["user_uid"])
    #expect(from.identity == ["order_id"])
    #expect(from.condition.text == "(status <> 'DRAFT')")
    #expect(to.fields == [.documentID])
    #expect(to.idName == "uid")
    guard case .reference(let other) = rules?.rules[1].check, case .firestore(let nested) = other.to else {
      Issue.record("\(String(describing: rules))")
      return
    }
    #expect(nested.fields.map(\.description) == ["home.zip"])
  }

  @Test("what deletions mean, and how late a row may be, become part of the reference")
  func terms() throws {
    let users = Contracts.contract(
      "users", server: "user-store", type: "custom",
      """
        - name: users
          physicalType: collection
          properties: [{name: uid, primaryKey: true}, {name: state}]
          customProperties: [{property: concord.deleted, value: {field: state, op: '==', value: gone}}]
      """)
    func reference(_ column: String, to: String, _ terms: String) -> String {
      "      - {name: \(column), relationships: [{to: \(to), customProperties: [\(terms)]}]}"
    }
    let orders = Contracts.contract(
      "orders", server: "order-db", type: "postgres",
      """
        - name: parts
          customProperties: [{property: concord.deleted, value: "gone_at IS NOT NULL; -- marked"}]
          properties: [{name: id, logicalType: integer}]
        - name: orders
          customProperties: [{property: concord.writtenAt, value: made}]
          properties:
            - {name: made, physicalName: created_at}
      \(reference("a", to: "users.yaml#/schema/users/properties/uid", "{property: concord.delete, value: restrict}"))
      \(reference("b", to: "parts.id", "{property: concord.delete, value: restrict}, {property: concord.grace, value: 5m}"))
      \(reference("c", to: "parts.id", "{property: concord.delete, value: keep}"))
      \(reference("d", to: "users.yaml#/schema/users/properties/uid", "{property: concord.delete, value: {keep: 'deleted:*'}}"))
      \(reference("e", to: "parts.id", "{property: concord.delete, value: {cascade: 24h}}"))
      \(reference("f", to: "parts.id", "{property: concord.delete, value: soft}, {property: concord.repair, value: clear}"))
      """)
    let (rules, problems) = Contracts.load(["users.yaml": users, "orders.yaml": orders])
    #expect(problems.isEmpty, "\(problems)")
    let checks = try #require(rules).rules.compactMap { rule in
      if case .reference(let check) = rule.check { check } else { ReferenceCheck?.none }
    }
    try #require(checks.count == 6)
    guard case .firestore(let people) = checks[0].to, case .firestore(let all) = checks[0].inAnyState else {
      Issue.record("\(checks[0])")
      return
    }
    #expect(people.excluded == [try FirestoreFilter(field: "state", comparison: .equal, value: "gone")])
    #expect(all.excluded.isEmpty)
    guard case .sql(let from) = checks[1].from, case .sql(let parts) = checks[1].to else {
      Issue.record("\(checks[1])")
      return
    }
    #expect(from.grace == SQLRelation.Grace(writtenAt: "created_at", duration: .seconds(300)))
    #expect(parts.condition.text == "((gone_at IS NOT NULL) IS NOT TRUE)")
    #expect(checks[2].kept == .init(anonymised: nil, areNumbersKept: true))
    #expect(checks[3].kept == .init(anonymised: "deleted:*", areNumbersKept: false))
    #expect(checks[4].cascade == .seconds(86_400))
    #expect(checks.map(\.repair) == [nil, nil, nil, nil, .delete, .clear])
    guard case .sql(let soft) = checks[5].to else { return }
    #expect(soft.condition.text == "true")
  }

  @Test("retentions are rules of their own, with the ids that service levels give them")
  func retentions() throws {
    func load(_ levels: String) -> (AuditRules?, [String]) {
      let contract = Contracts.contract(
        "logs", server: "order-db", type: "postgres",
        """
          - name: logs
            properties: [{name: id, primaryKey: true}, {name: at, logicalType: timestamp}, {name: day, logicalType: date}, {name: n, logicalType: integer}]
          - {name: notes, properties: [{name: id, primaryKey: true}]}
        """)
      let (rules, problems) = Contracts.load([
        "logs.yaml": contract.replacing("schema:\n", with: "slaProperties: [\(levels)]\nschema:\n")
      ])
      return (rules, problems.map { "\($0)" })
    }
    let (rules, problems) = load(
      """
      {id: logs_go-after_a_day, property: retention, value: 1, unit: d, element: logs.at, description: a day},
      {id: both, property: retention, value: 2, unit: y, element: "logs.at, logs.day"}, {property: latency, value: 4, unit: d}
      """)
    #expect(problems.isEmpty, "\(problems)")
    let all = try #require(rules).rules
    #expect(all.map(\.description.id.text) == ["logs-go-after-a-day", "logs-at-retention", "logs-day-retention"])
    #expect(all[0].description.title == "a day")
    #expect(all[1].description.title == "no row of logs is older by at than 63072000.0 seconds")
    let (_, notes) = load("{property: retention, value: 1, unit: d, element: notes}")
    #expect(notes.contains { $0.contains("the retention of 'notes' is not audited: nothing says how old a row is") })
    let (_, errors) = load(
      "{property: retention, value: 1, unit: d, element: logs.n}, {property: retention, value: 1, unit: d, element: logs.at}"
    )
    #expect(errors.contains { $0.contains("'logs.n' tells no age: it is of type integer") })
    let (_, twice) = load(
      "{property: retention, value: 1, unit: d, element: logs.at}, {property: retention, value: 2, unit: d, element: logs.at}"
    )
    #expect(twice.contains { $0.contains("the rule id 'logs-at-retention' is used twice") })
  }

  @Test("terms that cannot be told from the contracts are errors with a remedy")
  func unusableTerms() {
    let problems = Contracts.problems(
      """
        - name: parts
          customProperties: [{property: concord.writtenAt, value: creatd}]
          properties: [{name: code}, {name: created}]
        - name: orders
          properties:
            - {name: a, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: restrict}]}]}
            - {name: b, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: keep}]}]}
            - {name: c, relationships: [{to: parts.code, customProperties: [{property: concord.grace, value: 5m}]}]}
      """)
    #expect(problems.contains("'parts' has no property 'creatd'"))
    #expect(problems.contains("did you mean 'created'?"))
    let others = Contracts.problems(
      """
        - name: parts
          properties: [{name: code}]
        - name: orders
          properties:
            - {name: a, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: restrict}]}]}
            - {name: b, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: keep}]}]}
            - {name: c, relationships: [{to: parts.code, customProperties: [{property: concord.grace, value: 5m}]}]}
            - {name: d, relationships: [{to: parts.code, customProperties: [{property: concord.nulls, value: all-or-none}]}]}
      """)
    #expect(others.contains("concord.nulls: all-or-none is about keys of several columns"))
    #expect(others.contains("restrict needs to know which rows of 'parts' count as deleted"))
    #expect(others.contains("give the object 'parts' concord.deleted"))
    #expect(others.contains("keep cannot tell a key of 'parts' that was removed from one that never was"))
    #expect(others.contains("concord.grace needs to know when a row of 'orders' was written"))
    let values = Contracts.problems(
      """
        - name: parts
          properties: [{name: code}]
        - name: orders
          properties:
            - {name: a, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: cascade}]}]}
            - {name: b, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: restict}]}]}
            - {name: c, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: {cascade: soon}}]}]}
            - {name: d, relationships: [{to: parts.code, customProperties: [{property: concord.delete, value: {}}]}]}
            - {name: e, relationships: [{to: parts.code, customProperties: [{property: concord.grace, value: 0s}]}]}
            - {name: f, relationships: [{to: parts.code, customProperties: [{property: concord.repair, value: claer}]}]}
            - {name: g, relationships: [{to: parts.code, customProperties: [{property: concord.nulls, value: [1]}]}]}
      """)
    #expect(values.contains("'concord.repair' cannot be 'claer'"))
    #expect(values.contains("did you mean 'clear'?"))
    #expect(values.contains("'concord.nulls' cannot be "))
    #expect(values.contains("does not say within which time"))
    #expect(values.contains("'concord.delete' cannot be 'restict'"))
    #expect(values.contains("did you mean 'restrict'?"))
    #expect(values.contains("'cascade' must be a time"))
    #expect(values.contains("'concord.delete' must have one member"))
    #expect(values.contains("'concord.grace' must be a time"))
  }

  @Test("what refers to a classified field is masked like it")
  func maskedReference() throws {
    let (rules, problems) = Contracts.orders(
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - {name: contact, relationships: [{to: users.yaml#/schema/users/properties/mail}]}
            - {name: buyer, relationships: [{to: users.yaml#/schema/users/properties/uid}]}
      """)
    #expect(problems.isEmpty)
    #expect(rules?.rules.map { $0.masking.isMasked("contact") } == [true, false])
    #expect(rules?.rules.map { $0.masking.isMasked("buyer") } == [false, false])
  }

  @Test("placeholders of the standard become the names in the store")
  func placeholders() throws {
    let (rules, problems) = Contracts.orders(
      """
        - name: orders
          physicalName: Orders
          properties:
            - name: amount
              physicalName: Amount
              quality:
                - type: sql
                  query: SELECT COUNT(*) FROM ${object} WHERE ${property} < 0;
                  mustBe: 0
        - name: paid
          physicalType: query
          customProperties: [{property: concord.query, value: "SELECT 1 AS id;"}]
          properties: [{name: id}]
          quality:
            - {id: some-paid, type: sql, query: "SELECT count(*) FROM ${object}", mustBeGreaterThan: 0}
      """)
    #expect(problems.isEmpty)
    let queries = rules?.rules.compactMap { rule -> String? in
      if case .query(let check) = rule.check { check.query.text } else { nil }
    }
    #expect(
      queries == [
        #"SELECT COUNT(*) FROM "Orders" WHERE "Amount" < 0"#, #"SELECT count(*) FROM (SELECT 1 AS id) AS "paid""#,
      ])
  }

  @Test("metrics count nested fields of collections, by the names in the store")
  func nestedMetric() throws {
    let users = Contracts.contract(
      "users", server: "user-store", type: "custom",
      """
        - name: users
          physicalType: collection
          properties:
            - {name: uid, primaryKey: true}
            - name: home
              logicalType: object
              properties:
                - {name: plz, physicalName: zip, quality: [{metric: nullValues, mustBe: 0}]}
          quality:
            - {metric: duplicateValues, arguments: {properties: [uid, home.plz]}, mustBe: 0}
      """)
    let (rules, problems) = Contracts.load(["users.yaml": users])
    #expect(problems.isEmpty)
    let fields = rules?.rules.compactMap { rule -> [String]? in
      guard case .metric(let check) = rule.check, case .firestore(let relation) = check.relation else { return nil }
      return relation.fields.map(\.description)
    }
    #expect(fields == [["__name__", "home.zip"], ["home.zip"]])
  }

  @Test("rules for people are left out, rules of other engines are noted")
  func notRun() {
    let (rules, problems) = Contracts.orders(
      """
        - name: orders
          properties: [{name: id}]
          quality:
            - {type: text, description: orders are nice}
            - {id: soda-1, type: custom, engine: soda, implementation: "x"}
      """)
    #expect(rules?.rules.isEmpty == true)
    #expect(
      problems.map(\.description) == [
        "orders.yaml:13:9: note: the rule 'soda-1' of the engine 'soda' is not run"
      ])
  }
}

@Suite("Problems of rules")
struct RuleProblemTests {
  @Test("stores that do not fit")
  func stores() {
    let (rules, problems) = Contracts.load([
      "a.yaml": Contracts.contract(
        "a", server: "order-dbb", type: "postgres",
        """
          - name: orders
            properties: [{name: id, relationships: [{to: orders.id}], quality: [{metric: nullValues, mustBe: 0}]}]
        """),
      "b.yaml": Contracts.contract(
        "b", server: "order-db", type: "postgres",
        """
          - name: docs
            physicalType: collection
            properties: [{name: id, quality: [{metric: nullValues, mustBe: 0}]}]
        """),
      "c.yaml": Contracts.contract(
        "c", server: "user-store", type: "custom",
        """
          - name: derived
            physicalType: query
            customProperties: [{property: concord.query, value: SELECT 1 AS id}]
            properties: [{name: id, quality: [{metric: rowCount, mustBe: 0}]}]
          - name: users
            physicalType: collection
            properties:
              - {name: id, primaryKey: true, quality: [{type: sql, query: SELECT 1, mustBe: 1}]}
              - {name: site, primaryKey: true, quality: [{metric: invalidValues, arguments: {pattern: "("}, mustBe: 1}]}
              - {name: age, quality: [{metric: nullValues, mustBe: 0}]}
        """),
    ])
    #expect(rules == nil)
    #expect(
      problems.map(\.description).joined(separator: "\n") == """
        a.yaml:7:5: error: none of the servers of 'a' is a store of the stack
          did you mean 'order-db'?
        b.yaml:9:5: error: 'docs' is a collection, but its store 'order-db' is PostgreSQL
          write physicalType: table, or name a Firestore store as the contract's server
        c.yaml:9:5: error: 'derived' is a query, but its store 'user-store' is Firestore
          write physicalType: collection; Firestore runs no SQL
        c.yaml:13:5: error: the collection 'users' has 2 primary keys, but a document has one id
          mark the property that stands for the document's id, and no other
        c.yaml:16:48: error: an SQL rule cannot judge the store 'user-store', which is firestore
          use a metric of the library: nullValues, missingValues, invalidValues, duplicateValues, rowCount
        c.yaml:17:50: error: the pattern '(' cannot be read: missing closing parenthesis
        """)
  }

  @Test("references that no store can answer")
  func references() {
    #expect(
      Contracts.problems(
        """
          - name: orders
            properties:
              - {name: id, primaryKey: true}
              - {name: uid}
              - {name: tags, logicalType: array, relationships: [{to: users.yaml#/schema/users/properties/uid}]}
              - name: data
                logicalType: object
                properties: [{name: uid, relationships: [{to: users.yaml#/schema/users/properties/uid}]}]
            relationships:
              - from: [orders.id, orders.uid]
                to: [users.yaml#/schema/users/properties/uid, users.yaml#/schema/users/properties/mail]
              - from: orders.uid
                to: users.yaml#/schema/users/properties/uid
                customProperties: [{property: concord.filter, value: "a) OR (b"}]
        """) == """
          orders.yaml:13:58: error: 'orders.tags' is an array, which a rule cannot be about
            add an object of physicalType query whose concord.query selects its elements with unnest()
          orders.yaml:16:50: error: 'orders.data.uid' is a field inside a column, which a rule cannot be about
            add an object of physicalType query whose concord.query selects the field as a column
          orders.yaml:18:9: error: a reference with 2 columns cannot involve the collection 'users'
            refer to the document id, or to one field
          orders.yaml:20:9: error: concord.filter: the SQL closes a bracket that it did not open
            remove the )
          """)
  }

  @Test("metrics and their arguments")
  func metrics() {
    #expect(
      Contracts.problems(
        """
          - name: orders
            properties:
              - name: status
                quality:
                  - {name: n1, metric: missingValues, mustBe: 0}
                  - {name: n2, metric: invalidValues, mustBe: 0}
                  - {name: n3, metric: nullValues, unit: percnt, mustBe: 0}
                  - {name: n4, metric: rowCount, unit: percent, mustBe: 0}
            quality:
              - {name: n5, metric: duplicateValues, mustBe: 0}
              - {name: n6, metric: duplicateValues, arguments: {properties: [statsu, id]}, mustBe: 0}
        """) == """
          orders.yaml:13:13: error: missingValues does not say which values count as missing
            give arguments: {missingValues: [null, '', 'N/A']}
          orders.yaml:14:13: error: invalidValues does not say which values are valid
            give arguments: {validValues: [...]} or {pattern: '...'}
          orders.yaml:15:13: error: the unit 'percnt' is unknown
            did you mean 'percent'?
          orders.yaml:16:13: error: a row count cannot be in percent
            remove the unit
          orders.yaml:18:9: error: the metric 'duplicateValues' does not say which properties it counts
            declare it at a property, or give arguments: {properties: [...]}
          orders.yaml:19:9: error: 'orders' has no property 'statsu'
            did you mean 'status'?
          orders.yaml:19:9: error: 'orders' has no property 'id'
            possible: 'status'
          """)
  }

  @Test("SQL that cannot be run, all of a rule at once")
  func sql() {
    #expect(
      Contracts.problems(
        """
          - name: orders
            properties: [{name: id}]
            quality:
              - name: n1
                type: sql
                query: SELECT 1; DROP TABLE orders
                mustBe: 0
                customProperties:
                  - {property: concord.rows, value: "SELECT (id FROM orders"}
                  - {property: concord.key, value: id}
                  - {property: concord.filter, value: a}
              - {name: n2, type: sql, query: "SELECT ${property} FROM ${objct}", mustBe: 0}
              - {name: n3, type: sql, query: "SELECT 1 FROM ${objct}", mustBe: 0}
              - {name: n4, type: sql, query: "UPDATE orders SET id = 1", mustBe: 0}
          - name: derived
            physicalType: query
            customProperties: [{property: concord.query, value: "SELECT 'a"}]
            properties: [{name: id, relationships: [{to: orders.id}]}]
        """) == """
          orders.yaml:12:9: error: concord.filter has no effect on an SQL rule
            write the condition into the WHERE of its query
          orders.yaml:12:9: error: query: the SQL has more than one statement
            keep one: a rule is one SELECT
          orders.yaml:12:9: error: concord.rows: the SQL leaves a bracket open
            close it with )
          orders.yaml:20:9: error: query: the SQL has the placeholder '${property}', but the rule is about no property
            declare the rule at the property
          orders.yaml:21:9: error: query: the SQL has the unknown placeholder '${objct}'
            the query of a quality rule can have '${object}' and '${property}'
          orders.yaml:22:9: error: query: the SQL does not start with SELECT but with 'UPDATE'
            an audit only reads: write a SELECT
          orders.yaml:23:5: error: concord.query: a string in the SQL is not closed
            close it with '
          """)
  }

  @Test("filters and paths of collections")
  func collections() {
    let users = Contracts.contract(
      "users", server: "user-store", type: "custom",
      """
        - name: users
          physicalType: collection
          physicalName: users/u1
          properties:
            - {name: uid, quality: [{metric: nullValues, mustBe: 0}]}
        - name: sessions
          physicalType: collection
          properties:
            - name: uid
              quality:
                - metric: nullValues
                  mustBe: 0
                  customProperties: [{property: concord.filter, value: {field: a, op: in, value: 1}}]
                - name: other
                  metric: nullValues
                  mustBe: 0
                  customProperties: [{property: concord.filter, value: {field: a..b, op: "==", value: 1}}]
      """)
    #expect(
      Contracts.load(["users.yaml": users]).1.map(\.description).joined(separator: "\n") == """
        users.yaml:9:5: error: "users/u1" is not the path of a collection.
        users.yaml:19:13: error: concord.filter: 'in' needs a list of values
          write value: [1]
        users.yaml:22:13: error: concord.filter: Invalid property path "a..b". Unquoted property names must match \
        [a-zA-Z_][a-zA-Z_0-9]*, others need backquotes.
        """)
  }
}
