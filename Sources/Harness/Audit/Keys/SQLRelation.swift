import Postgres
import RunModel

/// Rows of a PostgreSQL store that a rule is about: a table, or a SELECT that a data contract names.
struct SQLRelation: Sendable {
  /// Where the rows come from.
  enum Source: Sendable, Hashable {
    case table(QualifiedName)
    /// A SELECT from the data contract, a relation of its own name.
    case query(SQLText, name: String)
  }

  let store: SQLStore
  let source: Source
  /// Columns of the key, in order.
  let columns: [String]
  /// Columns that identify a row to people, and order the sample.
  let identity: [String]
  /// Condition from the data contract that selects the judged rows.
  let filter: SQLText?
  /// Which rows are too young to be judged.
  var grace: Grace?
  /// A SELECT from the data contract of the rows that a view or query rests on, whether they count or not.
  var basis: SQLText?

  /// A time that rows have after they are written.
  struct Grace: Sendable, Hashable {
    /// The column that tells when; without a time zone, it is in UTC.
    let writtenAt: String
    let duration: Duration
  }

  /// The relation under the alias `t`.
  var from: SQL {
    switch source {
    case .table(let name):
      // Every part is quoted.
      "\(raw: name.within(store.schema).quoted) AS t"
    case .query(let text, _): "(\(text.sql)) AS t"
    }
  }

  /// The filter as a condition; true when there is none.
  var condition: SQL { filter.map { "(\($0.sql))" } ?? "true" }

  /// A column of the relation.
  func column(_ name: String) -> SQL { "t.\(identifier: name)" }

  /// What people call the relation.
  var name: String {
    switch source {
    case .table(let name): name.parts.joined(separator: ".")
    case .query(_, let name): name
    }
  }

  /// The keys among those given that no row has; answers their positions, counted from 1.
  func absent(_ keys: [Key], _ kinds: [ColumnKind]) -> SQL {
    """
    SELECT k.concord_position FROM \(keyTable(keys, kinds)) \
    WHERE NOT EXISTS (SELECT FROM \(from) WHERE \(condition) AND \(matches(kinds)))
    """
  }

  /// Whether a row is too young to be judged, by the store's clock; one that does not tell is not.
  private var isRecent: SQL {
    guard let grace else { return "false" }
    let seconds = Double(grace.duration.components.seconds) + Double(grace.duration.components.attoseconds) / 1e18
    return """
      (extract(epoch FROM \(column(grace.writtenAt))) > \
      extract(epoch FROM pg_catalog.clock_timestamp()) - \(raw: String(seconds))) IS TRUE
      """
  }

  /// The rows that use any of the keys, found in one pass: first the position of each key with their number and that of
  /// those too young to be judged, then, with no numbers, the first `limit` rows by identity: position of the key,
  /// identity as text.
  func uses(of keys: [Key], _ kinds: [ColumnKind], limit: Int) -> SQL {
    let names = identity.indices.map { "\(identifier: "concord_i\($0)")" as SQL }
    let shown = limit > 0 ? zip(identity, names).map { "\(column($0)) AS \($1)" as SQL } : []
    // The names of WITH are seen by the SQL of the contract too, so they are none that a table may have.
    let with: SQL = """
      WITH concord_keys AS MATERIALIZED (SELECT * FROM \(keyTable(keys, kinds))), concord_hits AS MATERIALIZED ( \
      SELECT \(list(["k.concord_position", "\(isRecent) AS concord_recent"] + shown)) FROM \(from) JOIN concord_keys AS k ON \(matches(kinds)) \
      WHERE \(condition) AND \(isAmongKeys(kinds)))
      """
    let nothing = shown.map { _ in "NULL::text" as SQL }
    let numbers: [SQL] = [
      "count(*) FILTER (WHERE NOT concord_recent)", "count(*) FILTER (WHERE concord_recent)",
    ]
    let counts: SQL = """
      SELECT \(list(["concord_position"] + numbers + nothing)) FROM concord_hits GROUP BY concord_position
      """
    guard limit > 0 else { return "\(with) \(counts)" }
    let texts = names.map { "\($0)::text" as SQL }
    let order = names.map { "concord_hits.\($0)" as SQL } + ["concord_position"]
    return """
      \(with) (\(counts)) UNION ALL (SELECT \(list(["concord_position", "NULL::bigint", "NULL::bigint"] + texts)) \
      FROM concord_hits WHERE NOT concord_recent ORDER BY \(list(order)) LIMIT \(limit))
      """
  }

  /// What tells the rows behind keys apart from earlier versions of them, whether they count or not: position of the key,
  /// digest of the texts of all its rows; no row for a key that has none.
  func digests(of version: SQL, behind keys: [Key], _ kinds: [ColumnKind]) -> SQL {
    """
    WITH concord_keys AS MATERIALIZED (SELECT * FROM \(keyTable(keys, kinds))), concord_rows AS ( \
    SELECT k.concord_position, \(version) AS concord_version FROM \(from) JOIN concord_keys AS k ON \(matches(kinds)) \
    WHERE \(isAmongKeys(kinds))) \
    SELECT concord_position, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to( \
    pg_catalog.string_agg(concord_version, ',' ORDER BY concord_version), pg_catalog.getdatabaseencoding())), 'hex') \
    FROM concord_rows GROUP BY concord_position
    """
  }

  /// The versions of the judged rows that use any of the keys, at most `limit`: position of the key, table, place in it,
  /// transaction that wrote it, the row as JSON, then its identity as text.
  func versions(of keys: [Key], _ kinds: [ColumnKind], limit: Int) -> SQL {
    let home: SQL = """
      (SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class AS c \
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = t.tableoid)
      """
    let columns: [SQL] =
      ["k.concord_position", home, "t.ctid::text", "t.xmin::text", "pg_catalog.row_to_json(t.*)::text"]
      + identity.map { "\(column($0))::text" }
    return """
      WITH concord_keys AS MATERIALIZED (SELECT * FROM \(keyTable(keys, kinds))) \
      SELECT \(list(columns)) FROM \(from) JOIN concord_keys AS k ON \(matches(kinds)) \
      WHERE \(condition) AND NOT \(isRecent) AND \(isAmongKeys(kinds)) ORDER BY 1, 2, t.ctid LIMIT \(limit)
      """
  }

  /// Whether a row's key is among the keys, which the server answers from a hash of them.
  ///
  /// It adds nothing to the join but speed: without an index the server would rather hash the whole table.
  private func isAmongKeys(_ kinds: [ColumnKind]) -> SQL {
    let own = zip(columns, kinds).map { $1.comparable(column($0)) }
    let values = kinds.enumerated().map { $1.comparable("k.\(identifier: "concord_c\($0)")", isValue: true) }
    return "((\(list(own))) IN (SELECT \(list(values)) FROM concord_keys AS k)) IS TRUE"
  }

  private func list(_ parts: [SQL]) -> SQL { SQL.joined(parts, separator: ", ") }

  private func matches(_ kinds: [ColumnKind]) -> SQL {
    let matches = zip(columns, kinds).enumerated().map { index, pair in
      pair.1.equals(column(pair.0), "k.\(identifier: "concord_c\(index)")")
    }
    return SQL.joined(matches, separator: " AND ")
  }

  /// The keys as a table `k` with columns of names that no filter can mean.
  private func keyTable(_ keys: [Key], _ kinds: [ColumnKind]) -> SQL {
    let arrays = kinds.enumerated().map { index, kind in kind.array(keys.map { $0.parts[index] }) }
    let names = kinds.indices.map { "\(identifier: "concord_c\($0)")" as SQL } + ["concord_position"]
    return
      "unnest(\(SQL.joined(arrays, separator: ", "))) WITH ORDINALITY AS k(\(SQL.joined(names, separator: ", ")))"
  }

  // MARK: For people

  /// A statement that shows the judged rows that satisfy a condition.
  func statement(where conditions: [String]) -> String {
    let rows =
      switch source {
      case .table(let name): name.within(store.schema).shown
      case .query(let text, _): "(\(text.oneLine))"
      }
    let filters = filter.map { ["(\($0.oneLine))"] } ?? []
    let condition = (filters + conditions).joined(separator: " AND ")
    return "SELECT * FROM \(rows) AS t\(condition.isEmpty ? "" : " WHERE \(condition)");"
  }

  /// A statement that shows the judged rows with these values.
  func statement(showing fields: [Finding.Field]) -> String {
    statement(
      where: fields.map { field in
        let column = "t.\(SQL.quoted(identifier: field.name))"
        return field.value.map { "\(column) = \(SQL.quoted(literal: $0))" } ?? "\(column) IS NULL"
      })
  }
}

extension SQL {
  /// Statements one after the other with a separator between them.
  static func joined(_ parts: [SQL], separator: SQL) -> SQL {
    guard var result = parts.first else { return "" }
    for part in parts.dropFirst() {
      result += separator
      result += part
    }
    return result
  }
}
