// A key that was absent before and after was absent in between as well if it cannot come back. The key of a table's rows
// cannot: it is given out once. A row that is there and does not count can, and so can whatever a query derives: an order
// that is cancelled is restored, or the same is bought again. There, what the key rests on must be the same before and
// after (a double collect): the versions of the rows behind it, or, where nothing names those, the whole database.

import Postgres
import RFC3339

/// What stays as it is for as long as an absent key stays absent.
enum AbsenceVersion: Sendable {
  /// Nothing has to: what was removed does not come back.
  case unneeded
  /// The rows behind the key, whether they count or not.
  case rows(VersionedRows)
  /// The database: every transaction that wrote anything shows in its snapshots, or in the log that a replica replays.
  case database
  /// Nothing tells: the rows are another server's.
  case unknown

  /// Asks the store what a relation is.
  init(
    of relation: SQLRelation, _ kinds: [ColumnKind], on connection: isolated PostgresConnection
  ) throws {
    if case .table(let name) = relation.source {
      let kind = try connection.querySync(
        """
        SELECT relkind::text FROM pg_catalog.pg_class \
        WHERE oid = pg_catalog.to_regclass(\(name.within(relation.store.schema).quoted))
        """
      ).rows.first?[0].text
      switch (kind, relation.filter) {
      case ("r", nil), ("p", nil), ("f", nil):
        self = .unneeded
        return
      case ("r", _), ("p", _):
        self = .rows(VersionedRows(of: relation, kinds))
        return
      case ("f", _):
        self = .unknown
        return
      default: break
      }
    }
    self = try relation.basis.map { .rows(try VersionedRows($0, of: relation, kinds, on: connection)) } ?? .database
  }

  /// The versions of absent keys; nil stands for that of the read itself.
  ///
  /// What there is nothing behind has none, and stays so: rows that were removed do not come back.
  func read(of keys: [Key], on connection: isolated PostgresConnection) throws -> [Key: String?] {
    switch self {
    case .unneeded: return [:]
    case .rows(let rows): return try rows.versions(behind: keys, on: connection)
    case .database:
      // Replicas do not show the transactions of their primary; what they have replayed tells as much.
      let snapshot = try connection.querySync(
        "SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_current_snapshot()::text END"
      ).rows[0][0].text
      return Dictionary(keys.map { ($0, snapshot) }, uniquingKeysWith: { first, _ in first })
    case .unknown: return Dictionary(keys.map { ($0, nil) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// What an absent key has to show before it is missing, for people; nil where it is enough to be absent twice.
  var condition: String? {
    switch self {
    case .unneeded: nil
    case .rows: "the rows behind a missing key must be the same before and after"
    case .database: "nothing may be written to the database of the missing keys in between"
    case .unknown: "missing keys are suspect only: a foreign table does not tell what happened in between"
    }
  }

  /// The version of the read itself.
  func version(of position: ReadPosition) -> String {
    if case .database = self, let place = position.position { return place }
    // No two reads have the same, so that nothing is proved.
    return position.at.rfc3339
  }
}

/// Rows behind keys that have a version each.
struct VersionedRows: Sendable {
  private let relation: SQLRelation
  private let kinds: [ColumnKind]
  /// Which parts of a key its columns have.
  private let parts: [Int]
  /// What every version of a row has of its own.
  private let version: SQL

  /// The rows of a table.
  init(of relation: SQLRelation, _ kinds: [ColumnKind]) {
    self.relation = SQLRelation(
      store: relation.store, source: relation.source, columns: relation.columns, identity: relation.identity,
      filter: nil)
    self.kinds = kinds
    parts = Array(kinds.indices)
    // Where a row lies, and the transaction that wrote it.
    version = "pg_catalog.concat_ws(' ', t.tableoid, t.ctid, t.xmin)"
  }

  /// The rows that a derived relation rests on; throws a ``RuleError`` when they do not tell which keys they are behind.
  init(
    _ basis: SQLText, of relation: SQLRelation, _ kinds: [ColumnKind], on connection: isolated PostgresConnection
  ) throws {
    let names = try connection.querySync("SELECT * FROM (\(basis.sql)) AS t LIMIT 0").columns.map(\.name)
    let parts = relation.columns.indices.filter { names.contains(relation.columns[$0]) }
    guard !parts.isEmpty else {
      throw RuleError(
        message: "the concord.basis of '\(relation.name)' selects none of \(relation.columns.joined(separator: ", ")), "
          + "so that nothing tells which of its rows are behind a key")
    }
    let columns = parts.map { relation.columns[$0] }
    self.relation = SQLRelation(
      store: relation.store, source: .query(basis, name: relation.name), columns: columns, identity: columns,
      filter: nil)
    let own = try ColumnProbe.kinds(of: columns, in: self.relation, connection)
    if let other = parts.indices.first(where: { own[$0] != kinds[parts[$0]] }) {
      throw RuleError(
        message:
          "the concord.basis of '\(relation.name)' selects \(columns[other]) with another type than its rows have")
    }
    self.kinds = own
    self.parts = parts
    version = "(t.*)::text"
  }

  /// The versions of all rows behind each key.
  func versions(behind keys: [Key], on connection: isolated PostgresConnection) throws -> [Key: String?] {
    guard !keys.isEmpty else { return [:] }
    let own = keys.map { key in Key(parts.map { key.parts[$0] }) }
    let rows = try connection.querySync(relation.digests(of: version, behind: own, kinds)).rows
    return Dictionary(
      try rows.map { (keys[try $0[0].decode(Int.self) - 1], $0[1].text) }, uniquingKeysWith: { first, _ in first })
  }
}
