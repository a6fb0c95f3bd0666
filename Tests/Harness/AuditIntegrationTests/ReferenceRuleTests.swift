import FirestoreModel
import Postgres
import RunModel
import Testing

@Suite("References between real stores")
struct ReferenceRuleTests {
  private static let people = AuditStage.contract(
    "user-store",
    """
      - name: users
        physicalType: collection
        properties:
          - {name: uid, primaryKey: true}
          - {name: email, classification: personal}
          - {name: number, logicalType: integer}
    """)

  @Test("orders of users: every kind of id that a document can and cannot have")
  func tableToCollection() async throws {
    let stage = try await AuditStage()
    try await stage.documents([
      "users/ada": [:], "users/caf\u{E9}": [:], "users/a b": [:], "users/%2F": [:], "users/7": [:],
    ])
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, user_uid text, deleted_at timestamp);
        INSERT INTO orders VALUES (1, 'ada', NULL), (2, NULL, NULL), (3, U&'caf\\00E9', NULL), (4, 'a b', NULL),
          (5, '%2F', NULL), (6, '7', NULL), (7, 'ghost', now()),
          (101, 'ghost', NULL), (102, 'Ada', NULL), (103, 'ada ', NULL), (104, '', NULL), (105, U&'cafe\\0301', NULL),
          (106, 'users/ada', NULL), (107, '__ada__', NULL), (108, '.', NULL), (109, repeat('x', 1501), NULL),
          (110, 'ghost', NULL), (111, '07', NULL)
        """)
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - name: user_uid
              relationships:
                - to: user-store.yaml#/schema/users/properties/uid
                  customProperties:
                    - {property: concord.id, value: orders-have-users}
                    - {property: concord.filter, value: "deleted_at IS NULL; -- live"}
      """)
    let result = try #require(try await stage.audit([Self.people, orders])["orders-have-users"])
    #expect(result.status == .violated)
    #expect(result.subjects == (101...111).map(String.init))
    #expect(result.findingCount == 11)
    #expect(result.rowsExamined == 16)
    #expect(result.keysCompared == 15)
    let finding = try #require(result.findings.first)
    #expect(finding.message == "ghost does not exist as users.uid")
    #expect(finding.witness.map(\.what) == ["absent", "present", "absent"])
    #expect(finding.witness.map(\.store) == ["user-store", "order-db", "user-store"])
    #expect(finding.witness[0].position?.hasPrefix("readTime ") == true)
    #expect(finding.witness[1].position?.hasPrefix("LSN ") == true)
    #expect(finding.witness[0].at < finding.witness[1].at)
    #expect(finding.witness[1].at < finding.witness[2].at)
    // The query of a finding shows its rows, and only those.
    let query = try #require(finding.query)
    #expect(try await stage.orders.query(SQL(unsafe: String(query.dropLast()))).rows.count == 2)
  }

  @Test("documents refer to tables: text, numbers, references, lists, nested fields")
  func collectionToTable() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY, code text); INSERT INTO products VALUES (1, 'a'), (2, 'b')")
    let reference = FirestoreValue.reference("projects/p/databases/(default)/documents/products/2")
    let gone = FirestoreValue.reference("projects/p/databases/(default)/documents/products/9")
    try await stage.documents([
      "carts/ok-integer": ["product": .integer(1)], "carts/ok-text": ["product": .string("2")],
      "carts/ok-double": ["product": .double(1)], "carts/ok-reference": ["product": reference],
      "carts/ok-null": ["product": .null], "carts/ok-none": [:],
      "carts/ok-list": ["product": .array([.integer(1), .string("2"), .null])],
      "carts/x1-integer": ["product": .integer(9)], "carts/x2-text": ["product": .string("nine")],
      "carts/x3-zero": ["product": .string("01")], "carts/x4-double": ["product": .double(1.5)],
      "carts/x5-reference": ["product": gone],
      "carts/x6-list": ["product": .array([.integer(1), .integer(9), .integer(9)])],
      "carts/x7-boolean": ["product": .boolean(true)], "carts/x8-map": ["product": .map(["id": .integer(1)])],
      "carts/y1-nested": ["gift": .map(["code": .string("a")])],
      "carts/y2-nested": ["gift": .map(["code": .string("c")])],
      "carts/y3-nested": ["gift": .string("c")],
    ])
    let carts = AuditStage.contract(
      "user-store",
      """
        - name: carts
          physicalType: collection
          properties:
            - {name: cart, primaryKey: true}
            - name: product
              relationships:
                - to: product-db.yaml#/schema/products/properties/id
                  \(AuditStage.named("carts-hold-products"))
            - name: gift
              logicalType: object
              properties:
                - name: code
                  relationships:
                    - to: product-db.yaml#/schema/products/properties/code
                      \(AuditStage.named("gifts-are-products"))
      """)
    let products = AuditStage.contract(
      "product-db",
      "  - {name: products, properties: [{name: id, primaryKey: true}, {name: code}]}")
    let results = try await stage.audit([carts, products])
    let result = try #require(results["carts-hold-products"])
    #expect(
      result.subjects == [
        "x1-integer", "x2-text", "x3-zero", "x4-double", "x5-reference", "x6-list", "x7-boolean", "x8-map",
      ])
    #expect(result.missing.prefix(6) == ["9", "nine", "01", "1.5", "9", "9"])
    #expect(result.findingCount == 8)
    #expect(result.findings.first?.query == "carts where product == \"9\"")
    #expect(results["gifts-are-products"]?.subjects == ["y2-nested"])
    #expect(results["gifts-are-products"]?.missing == ["c"])
  }

  @Test("collections refer to collections: by id, by field, from ids, and filtered")
  func collections() async throws {
    let stage = try await AuditStage()
    try await stage.documents([
      "users/u1": ["number": .integer(1)], "users/u2": ["number": .double(2)], "users/u3": ["number": .string("3")],
      "profiles/u1": ["on": .boolean(true)], "profiles/u9": ["on": .boolean(true)],
      "profiles/u8": ["on": .boolean(false)],
      "cards/c1": ["number": .string("1")], "cards/c2": ["number": .integer(2)], "cards/c3": ["number": .integer(3)],
      "cards/c4": ["number": .integer(4)],
    ])
    let contract = AuditStage.contract(
      "user-store",
      """
        - name: users
          physicalType: collection
          properties: [{name: uid, primaryKey: true}, {name: number}]
        - name: profiles
          physicalType: collection
          properties:
            - name: uid
              primaryKey: true
              relationships:
                - to: users.uid
                  customProperties:
                    - {property: concord.id, value: profiles-have-users}
                    - {property: concord.filter, value: {field: on, op: "==", value: true}}
        - name: cards
          physicalType: collection
          properties:
            - {name: card, primaryKey: true}
            - name: number
              relationships:
                - {to: users.number, \(AuditStage.named("cards-have-numbers"))}
      """)
    let results = try await stage.audit([contract])
    #expect(results["profiles-have-users"]?.subjects == ["u9"])
    #expect(results["profiles-have-users"]?.rowsExamined == 2)
    #expect(results["cards-have-numbers"]?.subjects == ["c4"])
  }

  @Test("composite keys, null in a part, references within one store, and to itself")
  func composite() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE lines (a int, b text, PRIMARY KEY (a, b));
        INSERT INTO lines VALUES (1, 'x'), (1, 'y'), (2, 'x');
        CREATE TABLE notes (id int PRIMARY KEY, a bigint, b varchar(9), parent int);
        INSERT INTO notes VALUES (1, 1, 'x', NULL), (2, NULL, 'x', 1), (3, 9, NULL, 2), (4, 2, 'x', 4),
          (101, 2, 'y', NULL), (102, 9, 'x', 9), (103, 1, 'X', NULL)
        """)
    let orders = AuditStage.contract(
      "order-db",
      """
        - {name: lines, properties: [{name: a, primaryKey: true}, {name: b, primaryKey: true}]}
        - name: notes
          properties:
            - {name: id, primaryKey: true}
            - {name: a}
            - {name: b}
            - {name: parent, \(AuditStage.refers(to: "notes.id", "notes-have-parents"))}
          relationships:
            - from: [notes.a, notes.b]
              to: [lines.a, lines.b]
              \(AuditStage.named("notes-have-lines"))
      """)
    let results = try await stage.audit([orders])
    #expect(results["notes-have-lines"]?.subjects == ["101", "102", "103"])
    #expect(results["notes-have-lines"]?.missing == ["2/y", "9/x", "1/X"])
    #expect(results["notes-have-parents"]?.subjects == ["102"])
    #expect(results["notes-have-parents"]?.missing == ["9"])
  }

  @Test("names that need quotes, a schema of its own, and derived relations on both sides")
  func names() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE SCHEMA "Sales"; CREATE TABLE "Sales"."Order" ("Id" int PRIMARY KEY, "user ""id"" x" int, state text);
        INSERT INTO "Sales"."Order" VALUES (1, 10, 'paid'), (2, 11, 'open'), (3, 12, 'paid');
        CREATE TABLE "Order" (trap int)
        """)
    try await stage.products.execute(
      script: "CREATE TABLE movements (buyer int); INSERT INTO movements VALUES (10), (10), (11)")
    let orders = AuditStage.contract(
      "order-db", schema: "Sales",
      """
        - name: orders
          physicalName: Order
          properties:
            - {name: id, physicalName: Id, primaryKey: true}
            - name: buyer
              physicalName: user "id" x
              relationships:
                - to: product-db.yaml#/schema/buyers/properties/id
                  \(AuditStage.named("orders-have-buyers"))
        - name: paid
          physicalType: query
          customProperties:
            - property: concord.query
              value: |
                SELECT "user ""id"" x" AS buyer FROM "Order"
                WHERE state = 'paid'; -- only those
          properties:
            - name: buyer
              relationships:
                - to: product-db.yaml#/schema/buyers/properties/id
                  \(AuditStage.named("paid-have-buyers"))
          quality:
            - {id: one-paid, type: sql, query: "SELECT count(*) FROM ${object}", mustBe: 2}
      """)
    let products = AuditStage.contract(
      "product-db",
      """
        - name: buyers
          physicalType: query
          customProperties:
            - {property: concord.query, value: "SELECT DISTINCT buyer AS id FROM movements -- all"}
            - {property: concord.basis, value: "SELECT buyer AS id, xmin FROM movements -- each"}
          properties: [{name: id, primaryKey: true}]
      """)
    let results = try await stage.audit([orders, products])
    #expect(results["orders-have-buyers"]?.subjects == ["3"])
    #expect(results["paid-have-buyers"]?.subjects == ["12"])
    #expect(results["one-paid"]?.status == .held)
    let query = try #require(results["orders-have-buyers"]?.findings.first?.query)
    #expect(try await stage.orders.query(SQL(unsafe: String(query.dropLast()))).rows.count == 1)
  }

  @Test("classified values show nowhere, neither as key nor in message, query or name")
  func masked() async throws {
    let stage = try await AuditStage()
    try await stage.documents(["users/u1": ["email": .string("ada@example.org")]])
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, contact text);
        INSERT INTO orders VALUES (1, 'ada@example.org'), (2, 'grace@example.org')
        """)
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - name: contact
              relationships:
                - to: user-store.yaml#/schema/users/properties/email
                  \(AuditStage.named("contacts-are-users"))
      """)
    let result = try #require(try await stage.audit([Self.people, orders])["contacts-are-users"])
    #expect(result.subjects == ["2"])
    #expect(result.findings.first?.query == "SELECT * FROM \"orders\" AS t WHERE t.\"id\" = '2';")
    #expect(!"\(result)".contains("grace@"))
  }

  @Test("violations beyond the sample are counted, and progress is told")
  func many() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script:
        """
        CREATE TABLE orders (id int PRIMARY KEY, p int);
        INSERT INTO orders SELECT i, i / 2 FROM generate_series(1, 30000) AS i
        """
    )
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products SELECT generate_series(0, 9999)")
    let orders = AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - {name: p, \(AuditStage.refers(to: "product-db.yaml", "products.id", "orders-have-products"))}
      """)
    let products = AuditStage.contract("product-db", "  - {name: products, properties: [{name: id, primaryKey: true}]}")
    let listener = Listener()
    let result = try #require(
      try await stage.audit([orders, products], sampleLimit: 7, listener: listener)["orders-have-products"])
    #expect(result.findingCount == 10_001)
    #expect(result.findings.count == 7)
    #expect(result.rowsExamined == 30_000)
    #expect(result.keysCompared == 15_001)
    let progress = listener.progress["orders-have-products"] ?? []
    #expect(progress.count > 1)
    #expect(progress.last == 30_000)
    #expect(progress == progress.sorted())
  }

  @Test("a document's key is counted once, however many pages use it")
  func pages() async throws {
    let stage = try await AuditStage()
    var documents: [String: [String: FirestoreValue]] = ["users/u1": [:]]
    for number in 0..<1_100 { documents["sessions/s\(number)"] = ["user": .string(number == 3 ? "u1" : "ghost")] }
    try await stage.documents(documents)
    let contract = AuditStage.contract(
      "user-store",
      """
        - {name: users, physicalType: collection, properties: [{name: uid, primaryKey: true}]}
        - name: sessions
          physicalType: collection
          properties:
            - {name: token, primaryKey: true}
            - {name: user, \(AuditStage.refers(to: "users.uid", "sessions-have-users"))}
      """)
    let result = try #require(try await stage.audit([contract], sampleLimit: 5)["sessions-have-users"])
    #expect(result.findingCount == 1_099)
    #expect(result.rowsExamined == 1_100)
    #expect(result.findings.count == 5)
  }
}
