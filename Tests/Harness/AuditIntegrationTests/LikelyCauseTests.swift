import FirestoreModel
import Postgres
import RunModel
import Testing

@testable import Audit

@Suite("Likely causes of missing keys")
struct LikelyCauseTests {
  /// The guess for each missing key.
  private func likely(_ result: RuleResult?) throws -> [String: LikelyCause] {
    try #require(result).causes.reduce(into: [:]) { guesses, cause in
      if let key = cause.key.first?.value { guesses[key] = cause.likely }
    }
  }

  private static let items = AuditStage.contract(
    "order-db",
    """
      - name: items
        properties:
          - {name: id, primaryKey: true}
          - {name: product_id, \(AuditStage.refers(to: "product-db.yaml", "products.id", "items-have-products"))}
    """)
  private static let products = AuditStage.contract(
    "product-db", "  - name: products\n    properties: [{name: id, primaryKey: true}]")

  @Test("numbers: what the sequence gave out and is gone was deleted; what it never gave out never existed")
  func numbers() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: """
        CREATE TABLE products (id serial PRIMARY KEY);
        INSERT INTO products SELECT FROM generate_series(1, 20); DELETE FROM products WHERE id IN (3, 20)
        """)
    try await stage.orders.execute(
      script: """
        CREATE TABLE items (id int PRIMARY KEY, product_id int);
        INSERT INTO items VALUES (1, 1), (2, 3), (3, 20), (4, 21), (5, 0), (6, -4), (7, 3)
        """)
    let result = try await stage.audit([Self.items, Self.products])["items-have-products"]
    let guesses = try likely(result)
    #expect(
      guesses.mapValues(\.kind) == [
        "3": .deleted, "20": .deleted, "21": .neverExisted, "0": .neverExisted, "-4": .neverExisted,
      ])
    #expect(guesses["3"]?.evidence == "it lies below 20, which was given out for products.id")
    #expect(guesses["21"]?.evidence == "20 was the last number given out for products.id")
    #expect(guesses["0"]?.evidence == "the lowest number in products.id is 1")
    #expect(result?.causes.map(\.rowCount) == [1, 1, 2, 1, 1])
  }

  @Test("numbers of a column without a sequence are compared with the highest that is there")
  func withoutSequence() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products VALUES (1), (9)")
    try await stage.orders.execute(
      script:
        "CREATE TABLE items (id int PRIMARY KEY, product_id text); INSERT INTO items VALUES (1, '10'), (2, '5'), (3, '09')"
    )
    let guesses = try likely(try await stage.audit([Self.items, Self.products])["items-have-products"])
    #expect(guesses.mapValues(\.kind) == ["10": .neverExisted, "5": .deleted, "09": .wrongKind])
    #expect(guesses["10"]?.evidence == "the highest number in products.id is 9")
    #expect(guesses["09"]?.evidence == "products.id holds whole numbers, and it is none")
  }

  @Test("texts: re-cased, cut off, of another kind, or nothing to tell")
  func texts() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script:
        "CREATE TABLE products (id text PRIMARY KEY); INSERT INTO products VALUES ('AbCd-0001'), ('EfGh-0002'), ('IjKl-0003')"
    )
    try await stage.orders.execute(
      script: """
        CREATE TABLE items (id int PRIMARY KEY, product_id text);
        INSERT INTO items VALUES (1, 'abcd-0001'), (2, ' EfGh-0002 '), (3, 'IjKl'), (4, 'ada@example.org'),
          (5, 'ZzZz-9999'), (6, 'Ij'), (7, '')
        """)
    let guesses = try likely(try await stage.audit([Self.items, Self.products])["items-have-products"])
    #expect(
      guesses.mapValues(\.kind) == [
        "abcd-0001": .recased, " EfGh-0002 ": .recased, "IjKl": .truncated, "ada@example.org": .wrongKind,
        "Ij": .wrongKind, "": .wrongKind,
      ])
    #expect(
      guesses["abcd-0001"]?.evidence
        == "products.id has one that differs only in case, or in blanks around it: AbCd-0001")
    #expect(guesses["IjKl"]?.evidence == "products.id has one that begins with it: IjKl-0003")
  }

  @Test("documents: variants and beginnings are found, and only as long as nobody counts the reads")
  func documents() async throws {
    let stage = try await AuditStage()
    try await stage.documents([
      "users/abcd1234": [:], "users/EFGH5678": [:], "users/IjKl9012": [:], "users/QrSt3456": [:],
    ])
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, user_uid text);
        INSERT INTO orders VALUES (1, 'ABCD1234'), (2, 'efgh5678'), (3, ' IjKl9012'), (4, 'QrSt'), (5, 'no/id'),
          (6, 'ada@example.org'), (7, 'WxYz7890')
        """)
    let contracts = [
      AuditStage.contract(
        "user-store", "  - {name: users, physicalType: collection, properties: [{name: uid, primaryKey: true}]}"),
      AuditStage.contract(
        "order-db",
        """
          - name: orders
            properties:
              - {name: id, primaryKey: true}
              - {name: user_uid, \(AuditStage.refers(to: "user-store.yaml", "users.uid", "orders-have-users"))}
        """),
    ]
    let guesses = try likely(try await stage.audit(contracts)["orders-have-users"])
    #expect(
      guesses.mapValues(\.kind) == [
        "ABCD1234": .recased, "efgh5678": .recased, " IjKl9012": .recased, "QrSt": .truncated, "no/id": .wrongKind,
        "ada@example.org": .wrongKind,
      ])
    let counted = try await stage.audit(contracts, limits: AuditLimits(firestoreReads: 1000))["orders-have-users"]
    #expect(counted?.findingCount == 7)
    #expect(try likely(counted).isEmpty)
  }

  @Test("a guess that a server refuses or has no time for costs nothing but itself")
  func refused() async throws {
    let stage = try await AuditStage()
    // The column can be compared, but not be turned into small letters by this collation's provider in time: a view that
    // sleeps on every row stands for a table that is too large.
    try await stage.products.execute(
      script: """
        CREATE TABLE stock (id text PRIMARY KEY); INSERT INTO stock SELECT 'k' || i FROM generate_series(1, 50) AS i;
        CREATE FUNCTION slow(text) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT $1 FROM pg_sleep(0.05)';
        CREATE VIEW products AS SELECT id, slow(id) AS other FROM stock
        """)
    try await stage.orders.execute(
      script: "CREATE TABLE items (id int PRIMARY KEY, product_id text); INSERT INTO items VALUES (1, 'K1'), (2, 'k2')")
    let slow = AuditStage.contract(
      "product-db",
      """
        - name: products
          physicalType: view
          customProperties: [{property: concord.basis, value: "SELECT id AS other, xmin FROM stock"}]
          properties: [{name: id, physicalName: other, primaryKey: true}]
      """)
    let result = try await stage.audit([Self.items, slow])["items-have-products"]
    #expect(result?.status == .violated)
    #expect(result?.missing == ["K1"])
    #expect(try likely(result).isEmpty)
  }

  @Test("an audit knows what its baseline accepts, however many rows that is")
  func baseline() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(script: "CREATE TABLE products (id int PRIMARY KEY)")
    try await stage.orders.execute(
      script: """
        CREATE TABLE items (id int PRIMARY KEY, product_id int);
        INSERT INTO items SELECT i, i % 40 FROM generate_series(1, 400) AS i
        """)
    let contracts = [Self.items, Self.products]
    let first = try #require(try await stage.audit(contracts)["items-have-products"])
    #expect(first.causeCount == 40)
    let day = try #require(ExpiryDay("2999-01-01"))
    var known = Baseline(
      entries: first.causes.map { cause in
        Baseline.Entry(
          rule: first.rule, fingerprint: cause.fingerprint, what: cause.name, rowCount: cause.rowCount, owner: "ops",
          reason: "known", expires: day, location: nil)
      })
    let accepted = try await stage.audit(contracts, sampleLimit: 3, baseline: known)["items-have-products"]
    #expect(accepted?.openCount == 0)
    #expect(accepted?.acceptedCount == 400)
    let removed = known.entries.remove(at: 17)
    try await stage.orders.execute(script: "DELETE FROM items WHERE product_id = 5")
    let changed = try #require(try await stage.audit(contracts, sampleLimit: 3, baseline: known)["items-have-products"])
    #expect(changed.openCount == 10)
    #expect(changed.causes.filter { !$0.isAccepted }.map(\.fingerprint) == [removed.fingerprint])
    #expect(changed.findings.filter { !$0.isAccepted }.count == 3)
    #expect(changed.settled.map(\.what) == ["product_id 5"])
  }
}
