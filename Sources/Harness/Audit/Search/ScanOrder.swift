import Postgres

/// How a PostgreSQL server goes through the keys of a relation.
enum ScanOrder: Sendable, Hashable {
  /// Row after row as they lie on disk; a key comes as often as it is used.
  case heap
  /// Row after row in the order of the primary key, by its index; a key comes as often as it is used.
  case rows
  /// In ascending order through an index; a key comes as often as it is used, or less often when it is read in parts.
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
    case .rows, .index, .distinct: off.map { ($0, "off") }
    }
  }

  /// Whether a scan can end in one place and go on from there in another snapshot.
  ///
  /// Rows as they lie on disk cannot: one that is updated meanwhile may move from the part that is still to come to the
  /// part that was read.
  var isResumable: Bool { self != .heap }
}

/// A part of a relation in some order.
struct ScanPart: Sendable {
  /// What the part lies behind: a key, or in the order of rows a primary key; nil for the beginning.
  var after: Key?
  /// Most rows of it; nil for all.
  var limit: Int?

  /// The relation as a whole.
  static let whole = ScanPart()

  var isWhole: Bool { after == nil && limit == nil }
}

extension SQLRelation {
  /// The integers of the key's only column; in the order of rows with the texts of the identity behind them.
  func integers(_ order: ScanOrder, _ part: ScanPart = .whole, identity kinds: [ColumnKind] = []) -> SQL {
    let column = column(columns[0])
    let place = order == .rows ? place(identity, kinds) : place(columns, [.integer])
    let rows: SQL = "FROM \(from) WHERE \(condition) AND \(column) IS NOT NULL\(place.condition(part))"
    let end = limit(part)
    return switch order {
    case .heap: "SELECT \(column) \(rows)\(end)"
    case .rows: "SELECT \(list([column] + place.texts)) \(rows) ORDER BY \(place.order)\(end)"
    case .index: "SELECT \(column) \(rows) ORDER BY \(column)\(end)"
    case .distinct: "SELECT DISTINCT \(column) \(rows) ORDER BY \(column)\(end)"
    }
  }

  /// The keys as text, a column for each part; in the order of rows with the texts of the identity behind them.
  func keyTexts(
    _ kinds: [ColumnKind], _ order: ScanOrder, _ part: ScanPart = .whole, identity identityKinds: [ColumnKind] = []
  ) -> SQL {
    let key = place(columns, kinds)
    let place = order == .rows ? place(identity, identityKinds) : key
    let present = SQL.joined([condition] + columns.map { "\(column($0)) IS NOT NULL" }, separator: " AND ")
    let rows: SQL = "FROM \(from) WHERE \(present)\(place.condition(part))"
    let end = limit(part)
    return switch order {
    case .heap: "SELECT \(list(key.texts)) \(rows)\(end)"
    case .rows: "SELECT \(list(key.texts + place.texts)) \(rows) ORDER BY \(place.order)\(end)"
    case .index: "SELECT \(list(key.texts)) \(rows) ORDER BY \(key.order)\(end)"
    case .distinct: "SELECT \(list(key.texts)) \(rows)\(groups(key, part))"
    }
  }

  /// Every key with the number of rows that use it; rows with a null in the key say nothing and are left out.
  func keys(_ kinds: [ColumnKind], _ part: ScanPart = .whole) -> SQL {
    let key = place(columns, kinds)
    let present = SQL.joined([condition] + columns.map { "\(column($0)) IS NOT NULL" }, separator: " AND ")
    return "SELECT \(list(key.texts)), count(*) FROM \(from) WHERE \(present)\(key.condition(part))\(groups(key, part))"
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

  private func place(_ names: [String], _ kinds: [ColumnKind]) -> ScanPlace {
    ScanPlace(columns: names.map(column), kinds: kinds)
  }

  /// Each key once; in parts their order has to be said, as a whole any is as good.
  private func groups(_ key: ScanPlace, _ part: ScanPart) -> SQL {
    part.isWhole
      ? " GROUP BY \(key.order)" as SQL : " GROUP BY \(key.order) ORDER BY \(key.order)\(limit(part))" as SQL
  }

  private func limit(_ part: ScanPart) -> SQL { part.limit.map { " LIMIT \(raw: String($0))" } ?? "" }

  private func list(_ parts: [SQL]) -> SQL { SQL.joined(parts, separator: ", ") }
}

/// Columns that a scan is ordered by.
private struct ScanPlace {
  let columns: [SQL]
  let kinds: [ColumnKind]

  var texts: [SQL] { zip(columns, kinds).map { $1.keyText($0) } }

  var order: SQL { SQL.joined(zip(columns, kinds).map { $1.grouping($0) }, separator: ", ") }

  /// That a row lies behind what came before, to be added to other conditions.
  func condition(_ part: ScanPart) -> SQL {
    guard let after = part.after else { return "" }
    let values = zip(after.parts, kinds).map { $1.value($0) }
    // Row-wise, as an index of these columns is ordered (PostgreSQL 15, section 9.24.5).
    return " AND (\(SQL.joined(columns, separator: ", "))) > (\(SQL.joined(values, separator: ", ")))"
  }
}
