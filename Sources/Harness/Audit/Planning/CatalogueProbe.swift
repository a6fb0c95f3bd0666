// The server knows most of what decides between access paths, and tells it from its catalogue in a millisecond. Two
// things it does not know: how many entries of an index need a look into the table (the visibility map claims to be
// whole long after it is not), so a few thousand entries are read for it; and the smallest and largest key, which an
// index answers by one descent each.

import JSON
import Postgres

/// Reads the facts about a relation.
struct CatalogueProbe: Sendable {
  let side: SQLSide

  private var relation: SQLRelation { side.relation }

  /// Entries of an index that are read in one place to learn what they cost.
  private static let trialEntries = 1000

  /// How many rows are judged and how large their keys are, as the server's planner estimates it.
  func estimate() async throws -> RelationFacts {
    let statement: SQL = "EXPLAIN (FORMAT JSON) \(relation.keyTexts(side.kinds, .heap))"
    let plan = try await side.reader.snapshot { try $0.querySync(statement).plan }.value
    return RelationFacts(
      rows: plan?["Plan Rows"]?.doubleValue ?? 0, keyBytes: plan?["Plan Width"]?.doubleValue ?? 0)
  }

  /// An estimate, and what else there is to know before anything large is read.
  func facts(_ estimate: RelationFacts) async throws -> RelationFacts {
    guard case .table(let name) = relation.source else { return estimate }
    let table = name.within(side.reader.store.schema).quoted
    return try await side.reader.snapshot { connection in
      var facts = estimate
      if side.kinds.allSatisfy(\.hasIndexOrder) {
        facts.isIndexed = try TableFacts.indexes(of: table, connection).contains { $0.begins(with: relation.columns) }
        facts.hasByteOrder = try facts.isIndexed && Self.hasByteOrder(relation.columns, of: table, connection)
      }
      if let key = try Self.primaryKey(of: table, connection), key == relation.identity {
        let kinds = try ColumnProbe.kinds(of: key, in: relation, connection)
        facts.identityKinds = kinds.allSatisfy(\.hasIndexOrder) ? kinds : nil
      }
      if relation.columns.count == 1,
        let row = try connection.querySync(Self.statistics(of: table, on: relation.columns[0])).rows.first
      {
        let count = try row[0].decode(Double.self)
        // Negative: a share of the rows (PostgreSQL 15, "pg_stats"); zero: unknown.
        facts.distinct = count < 0 ? -count * facts.rows : count > 0 ? count : nil
        facts.keyBytes = Double(try row[1].decode(Int.self))
      }
      if side.isInteger, facts.isIndexed { facts.bounds = try Self.bounds(of: relation, connection) }
      return facts
    }.value
  }

  /// The share of entries of the key's index for which the server looks into the table, from a trial in some places.
  func heapFetches(_ facts: RelationFacts) async throws -> Double {
    guard facts.isIndexed else { return 0 }
    let columns = SQL.joined(relation.columns.map(relation.column), separator: ", ")
    let places = Self.places(in: facts.bounds, relation.column(relation.columns[0]))
    return try await side.reader.snapshot(.index) { connection in
      var (entries, fetches) = (0.0, 0.0)
      for place in places {
        // EXPLAIN runs this one statement, which reads no more than the entries that it is limited to.
        let trial = try connection.querySync(
          """
          EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT \(columns) FROM \(relation.from) WHERE \(place) \
          ORDER BY \(columns) LIMIT \(raw: String(Self.trialEntries))
          """)
        guard let scan = try trial.plan?["Plans"]?.arrayValue?.first, let found = scan["Heap Fetches"]?.doubleValue,
          let rows = scan["Actual Rows"]?.doubleValue
        else { return 1 }
        entries += rows
        fetches += found
      }
      return entries == 0 ? 0 : min(1, fetches / entries)
    }.value
  }

  // MARK: Statements

  /// Where trials begin: spread over the integers between the bounds, or just where the index does.
  private static func places(in bounds: ClosedRange<Int64>?, _ column: SQL) -> [SQL] {
    guard let bounds else { return ["true"] }
    let width = bounds.upperBound.subtractingReportingOverflow(bounds.lowerBound)
    let quarter = width.overflow ? Int64.max / 4 : width.partialValue / 4
    return (0..<4).map { "\(column) >= \(bounds.lowerBound + Int64($0) * quarter)" }
  }

  /// The smallest and the largest key, each by one descent of the index; nil when there is none.
  private static func bounds(
    of relation: SQLRelation, _ connection: isolated PostgresConnection
  ) throws -> ClosedRange<Int64>? {
    let column = relation.column(relation.columns[0])
    let end: SQL = "SELECT \(column)::bigint FROM \(relation.from) WHERE \(column) IS NOT NULL ORDER BY \(column)"
    let row = try connection.querySync("SELECT (\(end) LIMIT 1), (\(end) DESC LIMIT 1)").rows[0]
    guard let low = try row[0].decode(Int64?.self), let high = try row[1].decode(Int64?.self) else { return nil }
    return low...high
  }

  /// The columns of the primary key, as they are ordered by it; nil when there is none.
  private static func primaryKey(
    of table: String, _ connection: isolated PostgresConnection
  ) throws -> [String]? {
    let names = try connection.querySync(
      """
      SELECT a.attname::text FROM pg_catalog.pg_index AS i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place) \
      JOIN pg_catalog.pg_attribute AS a ON a.attnum = k.number \
      WHERE i.indrelid = pg_catalog.to_regclass(\(table)) AND a.attrelid = i.indrelid AND i.indisprimary \
      AND k.place <= i.indnkeyatts ORDER BY k.place
      """
    ).rows.map { try $0[0].decode(String.self) }
    return names.isEmpty ? nil : names
  }

  /// Whether the text among some columns has a collation that compares bytes.
  private static func hasByteOrder(
    _ columns: [String], of table: String, _ connection: isolated PostgresConnection
  ) throws -> Bool {
    // What a database was made with is the collation named "default"; later versions tell who provides it.
    try connection.querySync(
      """
      SELECT coalesce(bool_and(CASE WHEN c.collname = 'default' THEN d.datcollate IN ('C', 'POSIX') \
      AND coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' \
      ELSE c.collname IN ('C', 'POSIX') END), true) \
      FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_collation AS c ON c.oid = a.attcollation, \
      pg_catalog.pg_database AS d WHERE a.attrelid = pg_catalog.to_regclass(\(table)) AND a.attname = ANY(\(columns)) \
      AND d.datname = pg_catalog.current_database()
      """
    ).rows[0][0].decode(Bool.self)
  }

  private static func statistics(of table: String, on column: String) -> SQL {
    """
    SELECT s.n_distinct::float8, s.avg_width FROM pg_catalog.pg_stats AS s \
    JOIN pg_catalog.pg_class AS c ON c.relname = s.tablename \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = s.schemaname \
    WHERE c.oid = pg_catalog.to_regclass(\(table)) AND s.attname = \(column) ORDER BY s.inherited DESC LIMIT 1
    """
  }
}
