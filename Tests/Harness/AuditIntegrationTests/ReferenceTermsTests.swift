import FirestoreModel
import Postgres
import RFC3339
import RunModel
import Testing

@testable import Audit

@Suite("What deletions mean for references")
struct ReferenceTermsTests {
  private static let products = AuditStage.contract(
    "product-db",
    """
      - name: products
        customProperties: [{property: concord.deleted, value: "deleted_at IS NOT NULL"}]
        properties: [{name: id, logicalType: integer, primaryKey: true}, {name: deleted_at}]
    """)
  private static let users = AuditStage.contract(
    "user-store",
    """
      - name: users
        physicalType: collection
        customProperties: [{property: concord.deleted, value: {field: state, op: '==', value: gone}}]
        properties: [{name: uid, primaryKey: true}, {name: mail}, {name: state}]
    """)

  /// Items that refer to products or users under some terms.
  private static func items(_ column: String, to reference: String, _ terms: String, writtenAt: Bool = false) -> String
  {
    AuditStage.contract(
      "order-db",
      """
        - name: items
          customProperties: [{property: \(writtenAt ? "concord.writtenAt" : "note"), value: made}]
          properties:
            - {name: id, primaryKey: true}
            - {name: made}
            - name: \(column)
              relationships:
                - to: \(reference)
                  customProperties: [{property: concord.id, value: rule}, \(terms)]
      """)
  }

  private static let product = "product-db.yaml#/schema/products/properties/id"
  private static let user = "user-store.yaml#/schema/users/properties/uid"

  private func stage(products: String) async throws -> AuditStage {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE products (id serial PRIMARY KEY, deleted_at timestamp); " + products)
    try await stage.orders.execute(
      script: "CREATE TABLE items (id int PRIMARY KEY, product_id int, user_uid text, made timestamp)")
    return stage
  }

  @Test(
    "restrict: a row that counts as deleted is as good as none, and the report says that it is there",
    arguments: [false, true])
  func restrict(isLarge: Bool) async throws {
    let stage = try await stage(
      products:
        "INSERT INTO products (deleted_at) VALUES (NULL), (now()), (NULL), (NULL); DELETE FROM products WHERE id = 4")
    try await stage.orders.execute(script: "INSERT INTO items VALUES (1, 1), (2, 2), (3, 4), (4, 3), (5, 2)")
    if isLarge {
      // Enough rows that gaps or bits decide, not look-ups.
      try await stage.orders.execute(
        script:
          "INSERT INTO items SELECT i, 1 FROM generate_series(100, 60000) AS i; CREATE INDEX ON items (product_id); ANALYZE items"
      )
    }
    let restrict = Self.items("product_id", to: Self.product, "{property: concord.delete, value: restrict}")
    let result = try #require(try await stage.audit([restrict, Self.products])["rule"])
    #expect(result.subjects == ["2", "3", "5"])
    #expect(result.causes.map { $0.likely?.kind } == [.softDeleted, .deleted])
    let soft = Self.items("product_id", to: Self.product, "{property: concord.delete, value: soft}")
    #expect(try await stage.audit([soft, Self.products])["rule"]?.subjects == ["3"])
  }

  @Test("restrict on documents: one that lacks the field is not deleted", arguments: [false, true])
  func restrictDocuments(isLarge: Bool) async throws {
    let stage = try await stage(products: "")
    try await stage.documents([
      "users/ada": ["state": .string("active")], "users/bob": [:], "users/eve": ["state": .string("gone")],
    ])
    try await stage.orders.execute(
      script: "INSERT INTO items (id, user_uid) VALUES (1, 'ada'), (2, 'bob'), (3, 'eve'), (4, 'zoe')")
    if isLarge {
      try await stage.orders.execute(
        script: "INSERT INTO items SELECT i, 1, 'ada' FROM generate_series(100, 60000) AS i; ANALYZE items")
    }
    let contract = Self.items("user_uid", to: Self.user, "{property: concord.delete, value: restrict}")
    let result = try #require(try await stage.audit([contract, Self.users])["rule"])
    #expect(result.subjects == ["3", "4"])
    #expect(result.causes.first?.likely?.kind == .softDeleted)
  }

  @Test("keep: what was given out once may be gone; what never was dangles")
  func keep() async throws {
    let stage = try await stage(
      products:
        "INSERT INTO products (deleted_at) SELECT NULL FROM generate_series(1, 9); DELETE FROM products WHERE id IN (4, 9)"
    )
    try await stage.documents(["users/ada": [:]])
    try await stage.orders.execute(
      script: """
        INSERT INTO items VALUES (1, 1, 'ada'), (2, 4, 'deleted:17'), (3, 9, 'deleted'), (4, 10, 'bob'), (5, 0, 'x-deleted:1')
        """)
    let numbers = Self.items("product_id", to: Self.product, "{property: concord.delete, value: keep}")
    let result = try #require(try await stage.audit([numbers, Self.products])["rule"])
    #expect(result.subjects == ["4", "5"])
    #expect(result.plan.contains { $0.contains("numbers that were given out once may be missing") }, "\(result.plan)")
    let texts = Self.items("user_uid", to: Self.user, "{property: concord.delete, value: {keep: 'deleted:*'}}")
    #expect(try await stage.audit([texts, Self.users])["rule"]?.subjects == ["3", "4", "5"])
  }

  @Test("keep without a sequence that may be read cannot be decided, unless nothing lies beyond what is there")
  func keepWithoutSequence() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY, deleted_at timestamp); INSERT INTO products VALUES (1), (5)")
    try await stage.orders.execute(
      script: "CREATE TABLE items (id int PRIMARY KEY, product_id int, made timestamp); INSERT INTO items VALUES (1, 3)"
    )
    let contracts = [
      Self.items("product_id", to: Self.product, "{property: concord.delete, value: keep}"), Self.products,
    ]
    #expect(try await stage.audit(contracts)["rule"]?.status == .held)
    // Six may have been given out, and deleted since.
    try await stage.orders.execute(script: "INSERT INTO items VALUES (2, 6)")
    let result = try await stage.audit(contracts)["rule"]
    #expect(
      result?.reason?.hasPrefix("whether 6 was ever given out for products.id only its sequence could tell") == true)
  }

  @Test("keep knows that a sequence which was never used has given nothing out")
  func keepUnused() async throws {
    let stage = try await stage(products: "")
    try await stage.orders.execute(script: "INSERT INTO items VALUES (1, 1)")
    let contracts = [
      Self.items("product_id", to: Self.product, "{property: concord.delete, value: keep}"), Self.products,
    ]
    #expect(try await stage.audit(contracts)["rule"]?.subjects == ["1"])
  }

  @Test(
    "patterns of replaced keys",
    arguments: [
      ("deleted:*", "deleted:", true), ("deleted:*", "deleted", false), ("*", "", true), ("a*b*c", "abc", true),
      ("a*b*c", "axbxbc", true), ("a*b*c", "acb", false), ("aa*aa", "aaa", false), ("plain", "plain", true),
      ("plain", "plains", false), ("*x*", "yxy", true), ("*x*", "yy", false), ("caf\u{E9}*", "caf\u{E9}1", true),
    ])
  func patterns(_ pattern: String, _ text: String, _ isMatch: Bool) {
    #expect(KeepingTarget.matches(text, pattern) == isMatch)
  }

  @Test("cascade: suspect at first, a finding when its time is over, forgotten when it is mended")
  func cascade() async throws {
    let stage = try await stage(products: "INSERT INTO products DEFAULT VALUES")
    try await stage.orders.execute(script: "INSERT INTO items VALUES (1, 1), (2, 5), (3, 5)")
    let contracts = [
      Self.items("product_id", to: Self.product, "{property: concord.delete, value: {cascade: 1h}}"), Self.products,
    ]
    func audit(_ history: AuditHistory, at seconds: Int64) async throws -> (RuleResult?, AuditHistory) {
      let listener = Listener()
      let now = Timestamp(seconds: seconds)
      let after = try await stage.auditor(
        contracts, listener: listener, history: history, clock: StoppedClock(time: now)
      ).run()
      return (listener.results["rule"], after)
    }
    let (first, remembered) = try await audit(AuditHistory(of: ""), at: 1_000_000)
    #expect(first?.status == .held)
    #expect(first?.suspectCount == 2)
    let (early, _) = try await audit(remembered, at: 1_003_599)
    #expect(early?.status == .held)
    let (late, still) = try await audit(remembered, at: 1_003_600)
    #expect(late?.status == .violated)
    #expect(late?.findingCount == 2)
    #expect(late?.suspectCount == 0)
    #expect(still == remembered)
    try await stage.orders.execute(script: "DELETE FROM items WHERE product_id = 5")
    let (mended, empty) = try await audit(still, at: 1_003_700)
    #expect(mended?.status == .held)
    #expect(empty == AuditHistory(of: ""))
  }

  @Test("a rule that could not be decided forgets nothing")
  func undecided() async throws {
    let stage = try await stage(products: "INSERT INTO products DEFAULT VALUES")
    try await stage.orders.execute(script: "INSERT INTO items VALUES (1, 5)")
    let contracts = [
      Self.items("product_id", to: Self.product, "{property: concord.delete, value: {cascade: 1h}}"), Self.products,
    ]
    let remembered = try await stage.auditor(contracts).run()
    #expect(remembered != AuditHistory(of: ""))
    try await stage.products.execute(script: "ALTER TABLE products RENAME TO goods")
    let after = try await stage.auditor(contracts, history: remembered).run()
    #expect(after == remembered)
  }

  @Test("grace: rows that were written a moment ago are suspect, older ones of the same key are findings")
  func grace() async throws {
    let stage = try await stage(products: "INSERT INTO products DEFAULT VALUES")
    try await stage.orders.execute(
      script: """
        SET timezone = 'Pacific/Auckland';
        INSERT INTO items (id, product_id, made) VALUES
          (1, 5, now() AT TIME ZONE 'UTC'), (2, 5, (now() AT TIME ZONE 'UTC') - INTERVAL '2 hours'), (3, 6, now() AT TIME ZONE 'UTC'),
          (4, 1, now() AT TIME ZONE 'UTC'), (5, 7, NULL)
        """)
    let contract = Self.items("product_id", to: Self.product, "{property: concord.grace, value: 1h}", writtenAt: true)
    let result = try #require(try await stage.audit([contract, Self.products])["rule"])
    #expect(result.subjects == ["2", "5"])
    #expect(result.findingCount == 2)
    #expect(result.suspectCount == 2)
    #expect(result.suspects.map { $0.key.first?.value } == ["5", "6"])
    #expect(result.causes.map(\.rowCount) == [1, 1])
  }

  @Test("grace of documents: Firestore itself tells when they were written")
  func graceOfDocuments() async throws {
    let stage = try await stage(products: "INSERT INTO products DEFAULT VALUES")
    try await stage.documents(["carts/a": ["product": .integer(1)], "carts/b": ["product": .integer(9)]])
    func carts(_ terms: String) -> String {
      AuditStage.contract(
        "user-store",
        """
          - name: carts
            physicalType: collection
            properties:
              - {name: id, primaryKey: true}
              - name: product
                relationships: [{to: \(Self.product), customProperties: [{property: concord.id, value: rule}\(terms)]}]
        """)
    }
    let lenient = try await stage.audit([carts(", {property: concord.grace, value: 1h}"), Self.products])["rule"]
    #expect(lenient?.status == .held)
    #expect(lenient?.suspectCount == 1)
    #expect(try await stage.audit([carts(""), Self.products])["rule"]?.subjects == ["b"])
  }

  @Test("a key with NULL in it is what its relationship says: nothing, half a key, or a row that lacks one")
  func nulls() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: "CREATE TABLE parts (maker int, code text, PRIMARY KEY (maker, code)); INSERT INTO parts VALUES (1, 'a')")
    try await stage.orders.execute(
      script: """
        CREATE TABLE items (id int PRIMARY KEY, maker int, code text, gone boolean);
        INSERT INTO items VALUES (1, 1, 'a', NULL), (2, NULL, NULL, false), (3, 1, NULL, false),
          (4, NULL, 'a', false), (5, 2, 'a', false), (6, NULL, 'b', true)
        """)
    try await stage.documents([
      "users/u1": [:], "sessions/s1": ["uid": .string("u1")], "sessions/s2": ["uid": .null], "sessions/s3": [:],
    ])
    func contracts(_ nulls: String) -> [String] {
      [
        AuditStage.contract(
          "product-db", "  - {name: parts, properties: [{name: maker, logicalType: integer}, {name: code}]}"),
        AuditStage.contract(
          "order-db",
          """
            - name: items
              properties: [{name: id, primaryKey: true}, {name: maker}, {name: code}]
              relationships:
                - from: [items.maker, items.code]
                  to: [product-db.yaml#/schema/parts/properties/maker, product-db.yaml#/schema/parts/properties/code]
                  customProperties:
                    - {property: concord.id, value: rule}
                    - {property: concord.filter, value: gone IS NOT TRUE}
                    - {property: concord.nulls, value: \(nulls)}
          """),
        AuditStage.contract(
          "user-store",
          """
            - {name: users, physicalType: collection, properties: [{name: uid, primaryKey: true}]}
            - name: sessions
              physicalType: collection
              properties:
                - {name: id, primaryKey: true}
                - name: uid
                  relationships:
                    - to: users.uid
                      customProperties:
                        - {property: concord.id, value: owners}
                        - {property: concord.nulls, value: \(nulls == "all-or-none" ? "allowed" : nulls)}
          """),
      ]
    }
    let allowed = try await stage.audit(contracts("allowed"))
    #expect(allowed.mapValues(\.subjects) == ["rule": ["5"], "owners": []])
    let whole = try await stage.audit(contracts("all-or-none"))
    #expect(whole.mapValues(\.subjects) == ["rule": ["5"], "rule-complete": ["3", "4"], "owners": []])
    #expect(whole["rule-complete"]?.missing == ["1/NULL", "NULL/a"])
    let forbidden = try await stage.audit(contracts("forbidden"))
    #expect(
      forbidden.mapValues(\.subjects) == [
        "rule": ["5"], "rule-complete": ["2", "3", "4"], "owners": [], "owners-complete": ["s2", "s3"],
      ])
  }
}

/// A clock that shows one time.
private struct StoppedClock: WallClock {
  let time: Timestamp

  func now() -> Timestamp { time }
}
