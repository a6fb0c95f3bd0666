import Postgres

/// How a PostgreSQL server goes through the keys of a relation.
enum ScanOrder: Sendable, Hashable {
  /// Row after row as they lie on disk; a key comes as often as it is used.
  case heap
  /// In ascending order through an index; a key comes as often as it is used.
  case index
  /// Each key once, in ascending order through an index.
  case distinct

  /// Settings for the transaction that make the server do just that.
  ///
  /// Left alone it chooses by statistics, which know nothing of a stale visibility map and, for a DISTINCT of many
  /// values, prefer a hash table that spills to disk to the index that has them in order.
  var settings: [(name: String, value: String)] {
    // Compiling a statement costs more than any of these saves by it.
    let off = ["enable_seqscan", "enable_bitmapscan", "enable_hashagg", "enable_sort", "jit"]
    return switch self {
    case .heap: []
    case .index, .distinct: off.map { ($0, "off") }
    }
  }
}

extension SQLRelation {
  /// The integers of the key's only column.
  func integers(_ order: ScanOrder) -> SQL {
    let column = column(columns[0])
    let rows: SQL = "\(column) FROM \(from) WHERE \(condition) AND \(column) IS NOT NULL"
    return switch order {
    case .heap: "SELECT \(rows)"
    case .index: "SELECT \(rows) ORDER BY \(column)"
    case .distinct: "SELECT DISTINCT \(rows) ORDER BY \(column)"
    }
  }

  /// The keys as text, a column for each part.
  func keyTexts(_ kinds: [ColumnKind], _ order: ScanOrder) -> SQL {
    let texts = SQL.joined(zip(columns, kinds).map { $1.keyText(column($0)) }, separator: ", ")
    let groups = SQL.joined(zip(columns, kinds).map { $1.grouping(column($0)) }, separator: ", ")
    let present = SQL.joined([condition] + columns.map { "\(column($0)) IS NOT NULL" }, separator: " AND ")
    let rows: SQL = "SELECT \(texts) FROM \(from) WHERE \(present)"
    return switch order {
    case .heap: rows
    case .index: "\(rows) ORDER BY \(groups)"
    case .distinct: "\(rows) GROUP BY \(groups)"
    }
  }

  /// Each integer of the key's only column that lies in one of the ranges, once; both ends included.
  func integers(withinAny lows: [Int64], _ highs: [Int64]) -> SQL {
    let column = column(columns[0])
    // OFFSET keeps the server from turning the probes, one after the other by index, into one join over all rows.
    return """
      SELECT found.concord_key FROM unnest(\(lows), \(highs)) AS gap(concord_low, concord_high) CROSS JOIN LATERAL ( \
      SELECT DISTINCT \(column) AS concord_key FROM \(from) WHERE \(condition) \
      AND \(column) >= gap.concord_low AND \(column) <= gap.concord_high OFFSET 0) AS found
      """
  }
}
