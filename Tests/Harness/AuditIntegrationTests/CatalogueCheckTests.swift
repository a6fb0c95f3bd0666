import FirestoreModel
import Postgres
import RFC3339
import RunModel
import Testing
import YAMLSource

@testable import Audit

@Suite("Contracts beside what the stores hold")
struct CatalogueCheckTests {
  private func problems(_ stage: AuditStage, _ contracts: String...) async throws -> [String] {
    var stores: [String: AuditedStore] = ["user-store": .firestore(stage.firestore)]
    for name in ["order-db", "product-db"] { stores[name] = .postgresql(stage.configuration(name)) }
    return try await AuditStage.rules(contracts).check(stores: stores).map { problem in
      "\(problem.severity.rawValue) \(problem.location?.line ?? 0): \(problem.message)"
        + (problem.remedy.map { " | \($0)" } ?? "")
    }
  }

  @Test("what is as promised has no problems, whatever the type is called")
  func sound() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TYPE mood AS ENUM ('good');
        CREATE TABLE "Orders" (id serial PRIMARY KEY, a varchar(12) NOT NULL, b decimal(10, 2), c timestamp(3), d int[] NOT NULL,
          e mood, f bigint UNIQUE, g text, h timestamptz, i boolean, j double precision, k jsonb);
        CREATE VIEW totals AS SELECT id, b FROM "Orders"
        """)
    let found = try await problems(
      stage,
      AuditStage.contract(
        "order-db",
        """
          - name: orders
            physicalName: Orders
            properties:
              - {name: id, physicalType: SERIAL, primaryKey: true, required: true, unique: true}
              - {name: a, physicalType: "VARCHAR(12)", required: true}
              - {name: b, physicalType: "DECIMAL(10,2)", logicalType: number}
              - {name: c, physicalType: timestamp(3)}
              - {name: d, physicalType: "int4[]", required: true}
              - {name: e, physicalType: mood}
              - {name: f, physicalType: INT8, unique: true}
              - {name: g, logicalType: string}
              - {name: h, logicalType: timestamp}
              - {name: i, logicalType: boolean}
              - {name: j, logicalType: number}
              - {name: k, physicalType: JSONB, logicalType: object}
          - name: totals
            physicalType: view
            properties: [{name: id, primaryKey: true, required: true, unique: true}, {name: b, logicalType: number}]
          - name: large
            physicalType: query
            customProperties: [{property: concord.query, value: 'SELECT id FROM "Orders" WHERE b > 100'}]
            properties: [{name: id}]
        """))
    #expect(found == [])
  }

  @Test("what differs is told at its place, with what the store has")
  func differences() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE orders (id int, code varchar(20), amount numeric(12,2), made date, note text, flag int)")
    let found = try await problems(
      stage,
      AuditStage.contract(
        "order-db",
        """
          - name: orders
            properties:
              - {name: id, physicalType: INTEGER, primaryKey: true}
              - {name: code, physicalType: VARCHAR(10), unique: true}
              - {name: amount, physicalType: INTEGER}
              - {name: made, logicalType: timestamp}
              - {name: nota}
              - {name: note, physicalType: STRING}
              - {name: flag, logicalType: boolean, required: true}
          - name: order
            properties: [{name: id}]
        """))
    let expected: [String] = [
      "warning 11: 'orders.id' may be null in order-db, and the contract promises that it never is",
      "warning 11: no unique index of 'orders' in order-db has the contract's primary key: id",
      "warning 12: 'orders.code' is character varying(20) in order-db, and the contract says VARCHAR(10)"
        + " | write physicalType: character varying(20)",
      "warning 12: no unique index of order-db keeps 'orders.code' unique, which the contract promises",
      "error 13: 'orders.amount' is numeric(12,2) in order-db, and the contract says INTEGER"
        + " | write physicalType: numeric(12,2), or change the column",
      "warning 14: 'orders.made' is date in order-db, and the contract says timestamp",
      "error 15: 'orders' in order-db has no column 'nota' | did you mean 'note'?",
      "warning 16: 'STRING' is no type of PostgreSQL; the column is text | write physicalType: text",
      "warning 17: 'orders.flag' is integer in order-db, and the contract says boolean",
      "warning 17: 'orders.flag' may be null in order-db, and the contract promises that it never is",
      "error 18: order-db has no table 'order' | did you mean 'orders'?",
    ]
    #expect(found == expected, "\(found.joined(separator: "\n"))")
  }

  @Test("types are looked up by the server, and never run", arguments: ["int); DROP TABLE t; --", "text'", "", "("])
  func hostileTypes(_ type: String) async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE t (id int)")
    let found = try await problems(
      stage, AuditStage.contract("order-db", "  - {name: t, properties: [{name: id, physicalType: \"\(type)\"}]}"))
    #expect(found.count == 1 && found[0].contains("is no type of PostgreSQL"), "\(found)")
    #expect(try await stage.orders.query("SELECT count(*) FROM t").rows.count == 1)
  }

  @Test("columns of references without an index, and rules that the store does not understand")
  func rules() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE products (id int, code text); CREATE INDEX ON products (code, id)")
    try await stage.orders.execute(
      script: """
        CREATE TABLE items (id int PRIMARY KEY, product int, code text, other int);
        CREATE INDEX ON items (product) WHERE product > 0; CREATE INDEX ON items USING hash (code); CREATE INDEX ON items (other, id)
        """)
    let found = try await problems(
      stage, AuditStage.contract("product-db", "  - {name: products, properties: [{name: id}, {name: code}]}"),
      AuditStage.contract(
        "order-db",
        """
          - name: items
            properties:
              - {name: id, primaryKey: true, required: true}
              - {name: product, \(AuditStage.refers(to: "product-db.yaml", "products.id", "by-id"))}
              - {name: code, \(AuditStage.refers(to: "product-db.yaml", "products.code", "by-code"))}
              - {name: other, \(AuditStage.refers(to: "product-db.yaml", "products.code", "by-other"))}
            quality:
              - {id: typo, type: sql, query: SELECT count(*) FROM itens, mustBe: 0}
              - {id: fine, type: sql, query: SELECT pg_sleep(600), mustBe: 0}
        """))
    let expected: [String] = [
      "warning 12: no index of 'items' in order-db begins with product, which refers elsewhere: each search for what "
        + "dangles reads the whole table | CREATE INDEX ON items (product)",
      "warning 12: no index of 'products' in product-db begins with id, which is referred to: each look-up reads the "
        + "whole table | CREATE INDEX ON products (id)",
      "warning 13: no index of 'items' in order-db begins with code, which refers elsewhere: each search for what "
        + "dangles reads the whole table | CREATE INDEX ON items (code)",
      "error 16: the rule 'typo' cannot be evaluated: undefined_table (42P01): relation \"itens\" does not exist",
    ]
    #expect(found == expected, "\(found.joined(separator: "\n"))")
  }

  @Test("documents are compared by a sample of them")
  func documents() async throws {
    let stage = try await AuditStage()
    try await stage.documents([
      "users/a": ["name": .string("Ada"), "age": .integer(36), "since": .timestamp(Timestamp(seconds: 0))],
      "users/b": ["name": .null, "age": .string("36"), "since": .string("1970")], "users/c": ["age": .double(1.5)],
    ])
    let found = try await problems(
      stage,
      AuditStage.contract(
        "user-store",
        """
          - name: users
            physicalType: collection
            properties:
              - {name: uid, primaryKey: true, required: true}
              - {name: name, logicalType: string, required: true}
              - {name: age, logicalType: integer, required: true}
              - {name: since, logicalType: timestamp}
          - {name: carts, physicalType: collection, properties: [{name: id, primaryKey: true}]}
        """))
    let expected: [String] = [
      "warning 13: 'users.name' is missing or null in 2 of 3 documents",
      "warning 14: 'users.age' is no integer in 2 of 3 documents, but for example a string",
      "warning 15: 'users.since' is no timestamp in 1 of 3 documents, but for example a string",
      "warning 16: the collection 'carts' has no documents, so nothing could be compared",
    ]
    #expect(found == expected, "\(found.joined(separator: "\n"))")
  }
}
