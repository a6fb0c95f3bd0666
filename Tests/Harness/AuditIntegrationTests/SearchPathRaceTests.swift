// Every path, over and over, beside a writer that does nothing wrong: whatever a path takes for a candidate, no finding
// may come of it. The proof is the same for all, but each reads its stores in an order of its own, and one of them reads
// the referent first.

import Firestore
import FirestoreModel
import Postgres
import RFC3339
import RunModel
import Synchronization
import Testing

@testable import Audit

@Suite("Paths of a reference while services write")
struct SearchPathRaceTests {
  /// Both references of the orders, with every path that they can take.
  private struct References {
    let orders: SQLReader
    let products: SQLReader
    let all: [(reference: PlannedReference, path: PlannedSearch.Path)]

    init(_ stage: AuditStage) async throws {
      orders = Self.reader(stage, "order-db")
      products = Self.reader(stage, "product-db")
      func probe(_ relation: SQLRelation, _ reader: SQLReader) async throws -> CatalogueProbe {
        CatalogueProbe(reader: reader, kinds: try await ColumnProbe(reader: reader).kinds(of: relation))
      }
      let toProducts = Self.relation("order-db", "orders", "product")
      let known = Self.relation("product-db", "products", "id")
      let toUsers = Self.relation("order-db", "orders", "user_uid")
      let users = FirestoreRelation(
        store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid",
        filters: [])
      let nothing = ReferencePlan(searches: [])
      let integers = PlannedReference(
        toProducts, try await probe(toProducts, orders), known, try await probe(known, products), nothing,
        memory: 1 << 20)
      let texts = PlannedReference(
        toUsers, try await probe(toUsers, orders), users, stage.firestore, nothing, SystemWallClock(), memory: 1 << 20)
      let paths: [PlannedSearch.Path] = [
        .gaps, .bitmap(.heap), .bitmap(.distinct), .digests(.heap), .digests(.distinct), .lookup,
      ]
      all = paths.map { (integers, $0) } + [(texts, .digests(.heap)), (texts, .digests(.distinct))]
    }

    private static func reader(_ stage: AuditStage, _ store: String) -> SQLReader {
      SQLReader(
        store: SQLStore(name: store, schema: "public"),
        pool: PostgresPool(stage.configuration(store), maximum: 4, acquireTimeout: .seconds(30)),
        history: SQLReader.History())
    }

    private static func relation(_ store: String, _ table: String, _ column: String) -> SQLRelation {
      SQLRelation(
        store: SQLStore(name: store, schema: "public"), source: .table(QualifiedName(parsing: table)),
        columns: [column], identity: ["id"], filter: nil)
    }

    func run(_ index: Int) async throws -> ReferenceReconciler.Outcome {
      let (reference, path) = all[index]
      return try await ReferenceReconciler(
        referrer: reference.source, referent: reference.target, search: reference.search(path), sampleLimit: 10
      ).run { _ in }
    }

    func close() async {
      await orders.pool.shutdown()
      await products.pool.shutdown()
    }
  }

  @Test("no path accuses a legal writer, and each finds what is planted")
  func legalWriter() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, user_uid text, product int);
        CREATE INDEX ON orders (user_uid); CREATE INDEX ON orders (product);
        """)
    try await stage.products.execute(script: "CREATE TABLE products (id int PRIMARY KEY)")
    let references = try await References(stage)
    let isWriting = Atomic(true)
    async let writing: Void = write(lives: 400, to: stage, until: isWriting)
    var (audits, keys) = (0, 0)
    while isWriting.load(ordering: .relaxed) {
      let outcome = try await references.run(audits % references.all.count)
      #expect(outcome.findingCount == 0, "\(references.all[audits % references.all.count].path): \(outcome)")
      audits += 1
      keys += outcome.keysCompared
    }
    try await writing
    #expect(audits >= references.all.count)
    #expect(keys > 0, "the paths saw keys while they were alive")
    print("Paths beside a writer: \(audits) audits, \(keys) keys compared, 0 findings allowed")

    try await stage.orders.query("INSERT INTO orders VALUES (-1, 'ghost', -7), (-2, 'ghost', -7)")
    for index in references.all.indices {
      let outcome = try await references.run(index)
      #expect(outcome.violations.map { $0.row.identity[0].value } == ["-2", "-1"], "\(references.all[index].path)")
    }
    await references.close()
  }

  /// Lives of a user and a product with two orders, some at a time, none ever dangling.
  private func write(lives: Int, to stage: AuditStage, until isWriting: borrowing Atomic<Bool>) async throws {
    defer { isWriting.store(false, ordering: .relaxed) }
    let alive = 8
    for number in 0..<lives + alive {
      if number < lives {
        try await stage.documents(["users/u\(number)": [:]])
        try await stage.products.query("INSERT INTO products VALUES (\(number))")
        try await stage.orders.query(
          """
          INSERT INTO orders VALUES (\(2 * number), \("u\(number)"), \(number)), \
          (\(2 * number + 1), \("u\(number)"), \(number))
          """)
      }
      let old = number - alive
      if old >= 0 {
        try await stage.orders.query("DELETE FROM orders WHERE product = \(old)")
        _ = try await stage.firestore.delete(DocumentPath("users/u\(old)"))
        try await stage.products.query("DELETE FROM products WHERE id = \(old)")
      }
    }
  }
}
