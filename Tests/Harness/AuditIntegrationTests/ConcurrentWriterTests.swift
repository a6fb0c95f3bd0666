// The promise of the engine: while services write, and do nothing wrong, no audit ever finds anything. The writer here
// creates a referent before its referrers and deletes referrers before their referent, in two stores that share no
// transaction, as quickly as it can; the audit runs over and over beside it.

import Firestore
import FirestoreModel
import Postgres
import RunModel
import Synchronization
import Testing

@Suite("Auditing while services write")
struct ConcurrentWriterTests {
  private static let contracts = [
    AuditStage.contract(
      "user-store",
      """
        - name: users
          physicalType: collection
          properties: [{name: uid, primaryKey: true}]
        - name: carts
          physicalType: collection
          properties:
            - {name: cart, primaryKey: true}
            - {name: product, \(AuditStage.refers(to: "product-db.yaml", "products.id", "carts-hold-products"))}
      """),
    AuditStage.contract(
      "order-db",
      """
        - name: orders
          properties:
            - {name: id, primaryKey: true}
            - {name: user_uid, \(AuditStage.refers(to: "user-store.yaml", "users.uid", "orders-have-users"))}
            - {name: product, \(AuditStage.refers(to: "product-db.yaml", "products.id", "orders-have-products"))}
      """),
    AuditStage.contract("product-db", "  - {name: products, properties: [{name: id, primaryKey: true}]}"),
  ]

  @Test("a writer that does only what is legal is never accused, and a planted violation is found at once")
  func legalWriter() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(script: "CREATE TABLE orders (id int PRIMARY KEY, user_uid text, product int)")
    try await stage.products.execute(script: "CREATE TABLE products (id int PRIMARY KEY)")
    let lives = 250
    let isWriting = Atomic(true)
    async let writing: Void = write(lives: lives, to: stage, until: isWriting)
    var audits = 0
    var keys = 0
    while isWriting.load(ordering: .relaxed) {
      let results = try await stage.audit(Self.contracts)
      audits += 1
      for (id, result) in results {
        #expect(result.status == .held, "audit \(audits): \(id): \(result)")
        keys += result.keysCompared
      }
    }
    try await writing
    #expect(audits > 1)
    #expect(keys > 0, "the audits saw rows while they were alive")
    print("Auditing beside a writer: \(audits) audits, \(keys) keys compared, 0 findings allowed")

    try await stage.orders.query("INSERT INTO orders VALUES (-1, 'ghost', NULL)")
    try await stage.documents(["carts/planted": ["product": .integer(-1)]])
    let results = try await stage.audit(Self.contracts)
    #expect(results["orders-have-users"]?.missing == ["ghost"])
    #expect(results["carts-hold-products"]?.missing == ["-1"])
    #expect(results["orders-have-products"]?.status == .held)
  }

  /// Lives of users and products with their orders and carts, a few at a time, none ever dangling.
  private func write(lives: Int, to stage: AuditStage, until isWriting: borrowing Atomic<Bool>) async throws {
    defer { isWriting.store(false, ordering: .relaxed) }
    let alive = 5
    for number in 0..<lives + alive {
      if number < lives { try await create(number, in: stage) }
      if number >= alive { try await delete(number - alive, in: stage) }
    }
  }

  private func create(_ number: Int, in stage: AuditStage) async throws {
    try await stage.documents(["users/u\(number)": [:]])
    try await stage.products.query("INSERT INTO products VALUES (\(number))")
    try await stage.orders.query("INSERT INTO orders VALUES (\(number), \("u\(number)"), \(number))")
    try await stage.documents(["carts/c\(number)": ["product": .integer(Int64(number))]])
  }

  private func delete(_ number: Int, in stage: AuditStage) async throws {
    _ = try await stage.firestore.delete(DocumentPath("carts/c\(number)"))
    try await stage.orders.query("DELETE FROM orders WHERE id = \(number)")
    _ = try await stage.firestore.delete(DocumentPath("users/u\(number)"))
    try await stage.products.query("DELETE FROM products WHERE id = \(number)")
  }
}
