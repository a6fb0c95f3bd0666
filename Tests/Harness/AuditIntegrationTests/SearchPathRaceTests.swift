// Every path, over and over, beside a writer that does nothing wrong: whatever a path takes for a candidate, no finding
// may come of it. The proof is the same for all, but each reads its stores in an order of its own, and one of them reads
// the referent first.

import DataContract
import Firestore
import FirestoreModel
import JSON
import Postgres
import RFC3339
import RunModel
import Synchronization
import Testing

@testable import Audit

@Suite("Paths of a reference while services write")
struct SearchPathRaceTests {
  /// Both references of the orders, with every path that they can take.
  private static func references(_ stage: AuditStage, _ sides: Sides) async throws -> [ReferenceReconciler] {
    let byProduct = try await sides.orders("orders", ["product"])
    let products = try await sides.products("products", ["id"])
    let byUser = try await sides.orders("orders", ["user_uid"])
    let users = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid", filters: [])
    let memory = 1 << 20
    let orders: [ScanOrder] = [.heap, .distinct]
    let overIntegers: [any CandidateSearch] =
      [
        GapProbe(referrer: byProduct, referent: products, maximumGaps: 1000),
        KeyLookup(referrer: byProduct.source, referent: products.target),
      ]
      + orders.map { BitmapSearch(referrer: byProduct, order: $0, referent: products, memory: memory) }
      + orders.map {
        DigestSearch(
          referrer: RelationScan(side: byProduct, order: $0), referent: RelationScan(side: products, order: .heap),
          memory: memory)
      }
    var paged = byProduct.source
    paged.isPaged = true
    paged.batchSize = 3
    let codec = try #require(KeyCodec([.integer], hasByteOrder: false))
    // A few rows in a snapshot, so that much is written between two of them.
    let rows = RelationScan(side: byProduct, order: .rows, rowsPerSnapshot: 3, identityKinds: [.integer])
    let ordered = RelationScan(side: byProduct, order: .distinct, rowsPerSnapshot: 2)
    let members = RelationScan(side: products, order: .rows, rowsPerSnapshot: 3, identityKinds: [.integer])
    let inParts: [any CandidateSearch] = [
      KeyLookup(referrer: paged, referent: products.target),
      BitmapSearch(referrer: rows, referent: members, memory: memory),
      BitmapSearch(referrer: ordered, referent: members, memory: memory),
      DigestSearch(referrer: rows, referent: members, memory: memory),
      GapProbe(
        referrer: byProduct, referent: RelationScan(side: products, order: .index, rowsPerSnapshot: 2),
        maximumGaps: 1000),
      MergeSearch(
        referrer: SQLKeyPages(side: byProduct, codec: codec, size: 3),
        referent: SQLKeyPages(side: products, codec: codec, size: 2)),
    ]
    let overTexts: [any CandidateSearch] =
      orders.map {
        DigestSearch(
          referrer: RelationScan(side: byUser, order: $0),
          referent: FirestoreKeyStream(relation: users, client: stage.firestore), memory: memory)
      } + [
        MergeSearch(
          referrer: SQLKeyPages(side: byUser, codec: KeyCodec(), size: 3),
          referent: FirestoreKeyPages(relation: users, client: stage.firestore, size: 2))
      ]
    let carts = try ["product", "uid"].map { field in
      var source = FirestoreKeySource(
        relation: FirestoreRelation(
          store: "user-store", collection: try CollectionPath("carts"), fields: [try FieldPath(parsing: field)],
          idName: "cart", filters: []), client: stage.firestore, clock: SystemWallClock())
      source.pageSize = 3
      return source
    }
    let target = FirestoreKeyTarget(relation: users, client: stage.firestore, clock: SystemWallClock())
    func reconcilers(
      _ source: any KeySource, _ target: any KeyTarget, _ searches: [any CandidateSearch]
    ) -> [ReferenceReconciler] {
      searches.map { ReferenceReconciler(referrer: source, referent: target, search: $0, sampleLimit: 10) }
    }
    let byCart: [any CandidateSearch] = [
      KeyLookup(referrer: carts[0], referent: products.target, memory: memory),
      MembershipSearch(referrer: carts[0], referent: members, memory: memory),
    ]
    let byCartOwner: [any CandidateSearch] = [
      KeyLookup(referrer: carts[1], referent: target, memory: memory),
      MembershipSearch(
        referrer: carts[1], referent: FirestoreKeyStream(relation: users, client: stage.firestore), memory: memory),
    ]
    return reconcilers(byProduct.source, products.target, overIntegers + inParts)
      + reconcilers(byUser.source, target, overTexts) + reconcilers(carts[0], products.target, byCart)
      + reconcilers(carts[1], target, byCartOwner)
  }

  @Test("no path accuses a legal writer, and each finds what is planted")
  func legalWriter() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, user_uid text COLLATE "C", product int);
        CREATE INDEX ON orders (user_uid); CREATE INDEX ON orders (product);
        """)
    try await stage.products.execute(script: "CREATE TABLE products (id int PRIMARY KEY)")
    let sides = Sides(stage)
    let references = try await Self.references(stage, sides)
    let isWriting = Atomic(true)
    async let writing: Void = write(lives: 400, to: stage, until: isWriting)
    var (audits, keys) = (0, 0)
    while isWriting.load(ordering: .relaxed) {
      let reference = references[audits % references.count]
      let outcome = try await reference.run { _ in }
      #expect(outcome.findingCount == 0, "\(reference.search.plan): \(outcome)")
      audits += 1
      keys += outcome.keysCompared
    }
    try await writing
    #expect(audits >= references.count)
    #expect(keys > 0, "the paths saw keys while they were alive")
    print("Paths beside a writer: \(audits) audits, \(keys) keys compared, 0 findings allowed")

    try await stage.orders.query("INSERT INTO orders VALUES (-1, 'ghost', -7), (-2, 'ghost', -7)")
    let ghost: [String: FirestoreValue] = ["product": .integer(-7), "uid": .string("ghost")]
    try await stage.documents(["carts/-2": ghost, "carts/-1": ghost])
    for reference in references {
      let outcome = try await reference.run { _ in }
      #expect(
        outcome.violations.compactMap { $0.row.identity[0].value }.sorted() == ["-1", "-2"], "\(reference.search.plan)")
    }
    await sides.close()
  }

  @Test("rows that count as deleted and come back accuse nobody, in both kinds of stores")
  func comingBack() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE orders (id int PRIMARY KEY, product int, uid text); CREATE INDEX ON orders (product)")
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY, gone boolean); INSERT INTO products VALUES (1, true)")
    try await stage.documents(["users/u1": ["gone": .boolean(true)]])
    let sides = Sides(stage)
    let byProduct = try await sides.orders("orders", ["product"]).source
    let byUser = try await sides.orders("orders", ["uid"]).source
    let products = try await sides.products("products", ["id"], filter: "NOT gone").target
    let users = FirestoreKeyTarget(
      relation: FirestoreRelation(
        store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid", filters: [],
        excluded: [try FirestoreFilter(field: "gone", comparison: .equal, value: true)]),
      client: stage.firestore, clock: SystemWallClock())
    let references = [
      ReferenceReconciler(referrer: byProduct, referent: products, sampleLimit: 10),
      ReferenceReconciler(referrer: byUser, referent: users, sampleLimit: 10),
    ]
    let isWriting = Atomic(true)
    // There is an order only while what it refers to counts.
    async let writing: Void = {
      defer { isWriting.store(false, ordering: .relaxed) }
      for _ in 0..<300 {
        try await stage.products.query("UPDATE products SET gone = false")
        try await stage.documents(["users/u1": ["gone": .boolean(false)]])
        try await stage.orders.query("INSERT INTO orders VALUES (1, 1, 'u1')")
        try await stage.orders.query("DELETE FROM orders")
        try await stage.documents(["users/u1": ["gone": .boolean(true)]])
        try await stage.products.query("UPDATE products SET gone = true")
      }
    }()
    var (audits, keys) = (0, 0)
    while isWriting.load(ordering: .relaxed) {
      let outcome = try await references[audits % 2].run { _ in }
      #expect(outcome.findingCount == 0, "\(references[audits % 2].search.plan): \(outcome)")
      audits += 1
      keys += outcome.keysCompared
    }
    try await writing
    #expect(audits > 20 && keys > 0)
    print("Rows that come back: \(audits) audits, \(keys) keys compared, 0 findings allowed")
    try await stage.orders.query("INSERT INTO orders VALUES (2, 1, 'u1')")
    for reference in references { #expect(try await reference.run { _ in }.findingCount == 1) }
    await sides.close()
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
        try await stage.documents([
          "carts/c\(number)": ["product": .integer(Int64(number)), "uid": .string("u\(number)")]
        ])
      }
      let old = number - alive
      if old >= 0 {
        try await stage.orders.query("DELETE FROM orders WHERE product = \(old)")
        _ = try await stage.firestore.delete(DocumentPath("carts/c\(old)"))
        _ = try await stage.firestore.delete(DocumentPath("users/u\(old)"))
        try await stage.products.query("DELETE FROM products WHERE id = \(old)")
      }
    }
  }
}
