import Postgres

@testable import Audit

/// Tables of a stage as the sides of references.
struct Sides {
  private let ordersReader: SQLReader
  private let productsReader: SQLReader

  init(_ stage: AuditStage, pace: ScanPace = ScanPace()) {
    ordersReader = Self.reader(stage, "order-db", pace)
    productsReader = Self.reader(stage, "product-db", pace)
  }

  /// A table of the orders' database; rows are known by their `id`.
  func orders(
    _ table: String, _ columns: [String], filter: String? = nil, identity: [String] = ["id"]
  ) async throws -> SQLSide {
    try await Self.side(ordersReader, table, columns, filter, identity)
  }

  /// A table of the products' database.
  func products(_ table: String, _ columns: [String], filter: String? = nil) async throws -> SQLSide {
    try await Self.side(productsReader, table, columns, filter, ["id"])
  }

  /// A relation that a query derives from the products' database.
  func derived(_ query: String, named name: String, _ columns: [String], basis: String?) async throws -> SQLSide {
    try await SQLSide(
      SQLRelation(
        store: productsReader.store, source: .query(try SQLText(query: query), name: name), columns: columns,
        identity: columns, filter: nil, basis: try basis.map { try SQLText(query: $0) }),
      reader: productsReader)
  }

  func close() async {
    await ordersReader.pool.shutdown()
    await productsReader.pool.shutdown()
  }

  private static func reader(_ stage: AuditStage, _ store: String, _ pace: ScanPace) -> SQLReader {
    SQLReader(
      store: SQLStore(name: store, schema: "public"),
      pool: PostgresPool(stage.configuration(store), maximum: 4, acquireTimeout: .seconds(30)),
      history: SQLReader.History(), pace: pace)
  }

  private static func side(
    _ reader: SQLReader, _ table: String, _ columns: [String], _ filter: String?, _ identity: [String]
  ) async throws -> SQLSide {
    let relation = SQLRelation(
      store: reader.store, source: .table(QualifiedName(parsing: table)), columns: columns, identity: identity,
      filter: try filter.map { try SQLText(condition: $0) })
    return try await SQLSide(relation, reader: reader)
  }
}

extension BitmapSearch {
  /// One that reads both sides in one snapshot each.
  init(referrer: SQLSide, order: ScanOrder, referent: SQLSide, memory: Int) {
    self.init(
      referrer: RelationScan(side: referrer, order: order), referent: RelationScan(side: referent, order: .heap),
      memory: memory)
  }
}

extension GapProbe {
  /// One that reads the gaps in one snapshot.
  init(referrer: SQLSide, referent: SQLSide, maximumGaps: Int) {
    self.init(
      referrer: referrer, referent: RelationScan(side: referent, order: .index), maximumGaps: maximumGaps)
  }
}

extension ReferencePlan {
  /// A plan that tries searches in this order.
  init(_ from: SQLSide, _ to: SQLSide, _ searches: [any CandidateSearch]) {
    self.init(
      source: from.source, target: to.target,
      searches: searches.map { PlannedSearch(search: $0, estimate: Estimate()) })
  }
}
