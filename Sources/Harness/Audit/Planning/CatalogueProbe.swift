// The server knows most of what decides between access paths, and tells it from its catalogue in a millisecond. Two
// things it does not know: how many entries of an index need a look into the table (the visibility map claims to be
// whole long after it is not), so a few thousand entries are read for it; and the smallest and largest key, which an
// index answers by one descent each.

import JSON
import Postgres

/// Reads the facts about a relation.
struct CatalogueProbe: Sendable {
  let reader: SQLReader
  let kinds: [ColumnKind]

  /// Entries of an index that are read in one place to learn what they cost.
  private static let trialEntries = 1000

  /// What there is to know before anything large is read; the trial of the index is left to ``heapFetches(of:_:)``.
  func facts(of relation: SQLRelation) async throws -> RelationFacts {
    let kinds = kinds
    return try await reader.snapshot { connection in
      let explained = try connection.querySync("EXPLAIN (FORMAT JSON) \(relation.keyTexts(kinds, .heap))")
      var facts = try Self.estimate(explained)
      guard case .table(let name) = relation.source else { return facts }
      let table = name.within(reader.store.schema).quoted
      facts.index = try connection.querySync(Self.index(of: table, on: relation.columns)).rows.first.map { row in
        RelationFacts.Index(name: try row[0].decode(String.self), isUnique: try row[1].decode(Bool.self))
      }
      if relation.columns.count == 1 {
        let statistics = try connection.querySync(Self.statistics(of: table, on: relation.columns[0])).rows.first
        if let share = try statistics?[0].decode(Double?.self) {
          // Negative: a share of the rows (PostgreSQL 15, "pg_stats").
          facts.distinct = share < 0 ? -share * facts.rows : share
        }
        if let width = try statistics?[1].decode(Int?.self) { facts.keyBytes = Double(width) }
      }
      guard kinds == [.integer], facts.index != nil else { return facts }
      let column = relation.column(relation.columns[0])
      let ends = try connection.querySync(
        """
        SELECT (SELECT \(column)::bigint FROM \(relation.from) WHERE \(column) IS NOT NULL ORDER BY \(column) LIMIT 1), \
        (SELECT \(column)::bigint FROM \(relation.from) WHERE \(column) IS NOT NULL ORDER BY \(column) DESC LIMIT 1)
        """
      ).rows[0]
      if let low = try ends[0].decode(Int64?.self), let high = try ends[1].decode(Int64?.self), low <= high {
        facts.bounds = low...high
      }
      return facts
    }.value
  }

  /// The share of entries of the key's index for which the server looks into the table, from a trial in some places.
  func heapFetches(of relation: SQLRelation, _ facts: RelationFacts) async throws -> Double? {
    guard case .table = relation.source, facts.index != nil else { return nil }
    let columns = relation.columns.map(relation.column)
    let places = Self.places(in: facts.bounds, columns[0])
    return try await reader.snapshot(.index) { connection in
      var (entries, fetches) = (0.0, 0.0)
      for place in places {
        // EXPLAIN runs this one statement, which reads no more than the entries that it is limited to.
        let trial = try connection.querySync(
          """
          EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT \(SQL.joined(columns, separator: ", ")) \
          FROM \(relation.from) WHERE \(place) ORDER BY \(SQL.joined(columns, separator: ", ")) \
          LIMIT \(raw: String(Self.trialEntries))
          """)
        guard let scan = try Self.plan(trial)?["Plans"]?.arrayValue?.first,
          let found = scan["Heap Fetches"]?.doubleValue, let rows = scan["Actual Rows"]?.doubleValue
        else { return 1 }
        entries += rows
        fetches += found
      }
      return entries == 0 ? 0 : min(1, fetches / entries)
    }.value
  }

  /// Where trials begin: spread over the integers between the bounds, or just where the index does.
  private static func places(in bounds: ClosedRange<Int64>?, _ column: SQL) -> [SQL] {
    guard let bounds else { return ["true"] }
    let width = bounds.upperBound.subtractingReportingOverflow(bounds.lowerBound)
    let quarter = width.overflow ? Int64.max / 4 : width.partialValue / 4
    return (0..<4).map { "\(column) >= \(bounds.lowerBound + Int64($0) * quarter)" }
  }

  // MARK: Reading

  private static func estimate(_ explained: PostgresResult) throws -> RelationFacts {
    let plan = try plan(explained)
    return RelationFacts(
      rows: plan?["Plan Rows"]?.doubleValue ?? 0, keyBytes: plan?["Plan Width"]?.doubleValue ?? 0)
  }

  private static func plan(_ explained: PostgresResult) throws -> JSONValue? {
    guard let text = explained.rows.first?[0].text else { return nil }
    return try JSONValue(parsing: Array(text.utf8)).arrayValue?.first?["Plan"]
  }

  /// The smallest B-tree over all rows whose first columns are these, in any order.
  private static func index(of table: String, on columns: [String]) -> SQL {
    """
    SELECT i.indexrelid::regclass::text, i.indisunique AND i.indnkeyatts = \(columns.count) \
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
    JOIN pg_catalog.pg_am AS m ON m.oid = c.relam \
    WHERE i.indrelid = pg_catalog.to_regclass(\(table)) AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree' \
    AND i.indnkeyatts >= \(columns.count) AND (SELECT count(*) FROM pg_catalog.pg_attribute AS a \
    WHERE a.attrelid = i.indrelid AND a.attname = ANY(\(columns)::text[]) \
    AND a.attnum = ANY((i.indkey::int2[])[0:\(columns.count - 1)])) = \(columns.count) \
    ORDER BY c.relpages, c.relname LIMIT 1
    """
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
