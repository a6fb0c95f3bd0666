// A repair must touch what was judged and nothing else, however long the plan lies about. So each row is named by where
// it is and by the transaction that wrote that version of it (`tableoid`, `ctid` and `xmin`; PostgreSQL 15, "System
// Columns"). A transaction that has ended writes no more, so no other version has the same three; a row that was changed
// or moved since is not found, and left alone.

import JSON
import Postgres
import RunModel

/// Proposes statements for rows of a PostgreSQL table whose keys are missing.
struct SQLRepairer: Sendable {
  let check: ReferenceCheck
  let side: SQLSide

  /// Rows that one statement names.
  private static let rowsPerStatement = 500

  private var relation: SQLRelation { side.relation }

  /// Adds what can be done for the violations, and what cannot.
  func propose(
    _ violations: [ReferenceReconciler.Violation], _ guesses: [Key: KeyGuess], to repairs: inout RuleRepairs
  ) async throws {
    guard case .table(let name) = relation.source, let facts = try await RepairFacts.read(name, reader: side.reader),
      facts.isTable
    else {
      repairs.refuse(violations, "\(relation.name) is derived from other tables", side.source)
      return
    }
    let possible = facts.possibilities(for: relation.columns)
    let isOptional = check.isOptional && !relation.columns.contains(where: facts.notNull.contains)
    var actions: [Key: RepairAction] = [:]
    var refused: [String: [ReferenceReconciler.Violation]] = [:]
    for violation in violations {
      let key = violation.row.key
      do throws(RepairAction.Refusal) {
        actions[key] = try RepairAction(
          check.repair, guesses[key], parts: key.parts.count, isOptional: isOptional, possible)
      } catch {
        refused[error.reason, default: []].append(violation)
      }
    }
    for (reason, violations) in refused.sorted(by: { $0.key < $1.key }) {
      repairs.refuse(violations, reason, side.source)
    }
    let wanted = Set(violations.map(\.row).filter { actions[$0.key] != nil })
    let versions = try await self.versions(of: wanted, &repairs)
    // Keys whose repair reads the same are repaired together.
    var groups: [RepairAction: [RowVersion]] = [:]
    for version in versions { if let action = actions[version.key] { groups[action, default: []].append(version) } }
    let table = "\(name.within(side.reader.store.schema).quoted)"
    for (action, rows) in groups.sorted(by: { $0.value[0].order < $1.value[0].order }) {
      for part in rows.parts(of: Self.rowsPerStatement) {
        repairs.statements.append(try repair(action, Array(part), of: table, facts))
      }
    }
  }

  // MARK: Rows

  /// A row as it was read.
  private struct RowVersion {
    let order: Int
    let key: Key
    /// What people know it by.
    let identity: String
    let home: String
    let place: String
    let version: String
    let json: String
  }

  private func versions(
    of rows: Set<KeyedRows.Row>, _ repairs: inout RuleRepairs
  ) async throws -> [RowVersion] {
    guard !rows.isEmpty else { return [] }
    var seen: Set<Key> = []
    let keys = rows.map(\.key).filter { seen.insert($0).inserted }.sorted { "\($0)" < "\($1)" }
    let select = relation.versions(of: keys, side.kinds, limit: RepairBook.rowsPerRule)
    let identity = relation.identity
    let (all, _) = try await side.reader.currentSnapshot { connection in
      try connection.querySync(select).rows.enumerated().map { order, row in
        let fields = identity.enumerated().map { Finding.Field($1, row[$0 + 5].text) }
        return (
          fields,
          RowVersion(
            order: order, key: keys[try row[0].decode(Int.self) - 1],
            identity: fields.map { "\($0.name)=\($0.value ?? "NULL")" }.joined(separator: " "),
            home: try row[1].decode(String.self), place: try row[2].decode(String.self),
            version: try row[3].decode(String.self), json: try row[4].decode(String.self))
        )
      }
    }
    var bytes = 0
    var versions: [RowVersion] = []
    for (fields, version) in all where rows.contains(KeyedRows.Row(identity: fields, key: version.key)) {
      bytes += version.json.utf8.count
      if bytes > RepairBook.bytesPerRule { repairs.leftOut += 1 } else { versions.append(version) }
    }
    return versions
  }

  // MARK: Statements

  private func repair(
    _ action: RepairAction, _ rows: [RowVersion], of table: String, _ facts: RepairFacts
  ) throws -> TableRepair {
    let columns = relation.columns.map { SQL.quoted(identifier: $0) }
    let values: [String]?
    let what: String
    switch action {
    case .delete:
      values = nil
      what = "remove rows of \(relation.name)"
    case .clear:
      values = columns.map { _ in "NULL" }
      what = "take \(side.columns) out of rows of \(relation.name)"
    case .set(let key):
      values = key.parts.map { SQL.quoted(literal: $0) }
      what = "set \(side.columns) of rows of \(relation.name) to \(key)"
    }
    let list = rows.enumerated().map { index, row in
      let parts = [row.home, row.place, row.version].map { SQL.quoted(literal: $0) }.joined(separator: ", ")
      return "  (\(parts))\(index == rows.count - 1 ? "" : ",") -- \(RepairText.line(row.identity))"
    }
    let seen = """
      (VALUES
      \(list.joined(separator: "\n"))
      ) AS seen (home, place, version)
      WHERE t.tableoid = seen.home::regclass AND t.ctid = seen.place::tid AND t.xmin::text = seen.version;
      """
    guard let values else {
      return TableRepair(
        store: side.reader.store.name, what: what, rowCount: rows.count,
        statement: "DELETE FROM \(table) AS t USING \(seen)",
        undo: insertion(of: rows, into: table, facts.writable.map { SQL.quoted(identifier: $0) }),
        triggers: facts.triggers)
    }
    let changes = zip(columns, values).map { "\($0) = \($1)" }.joined(separator: ", ")
    return TableRepair(
      store: side.reader.store.name, what: what, rowCount: rows.count,
      statement: "UPDATE \(table) AS t SET \(changes) FROM \(seen)",
      undo: try restoration(of: rows, in: table, zip(columns, values).map { ($0, $1) }, facts.primaryKey),
      triggers: facts.triggers)
  }

  private func insertion(of rows: [RowVersion], into table: String, _ columns: [String]) -> String {
    let list = columns.joined(separator: ", ")
    let json = "[\n\(rows.map(\.json).joined(separator: ",\n"))\n]"
    return """
      INSERT INTO \(table) (\(list)) OVERRIDING SYSTEM VALUE
      SELECT \(list) FROM json_populate_recordset(NULL::\(table), \(SQL.quoted(literal: json)))
      ON CONFLICT DO NOTHING;
      """
  }

  /// Gives rows their keys back, unless somebody has given them others.
  private func restoration(
    of rows: [RowVersion], in table: String, _ changes: [(column: String, value: String)], _ primaryKey: [String]
  ) throws -> String {
    let kept = primaryKey + relation.columns
    let objects = try rows.map { row in
      let all = try JSONValue(parsing: Array(row.json.utf8))
      return JSONValue.object(JSONObject(kept.map { ($0, all[$0] ?? .null) })).serialized()
    }
    let json = "[\n\(objects.joined(separator: ",\n"))\n]"
    let old = changes.map { "\($0.column) = was.\($0.column)" }.joined(separator: ", ")
    let found = primaryKey.map { SQL.quoted(identifier: $0) }.map { "t.\($0) = was.\($0)" }
    let unchanged = changes.map { $0.value == "NULL" ? "t.\($0.column) IS NULL" : "t.\($0.column) = \($0.value)" }
    return """
      UPDATE \(table) AS t SET \(old)
      FROM json_populate_recordset(NULL::\(table), \(SQL.quoted(literal: json))) AS was
      WHERE \((found + unchanged).joined(separator: " AND "));
      """
  }
}

extension RuleRepairs {
  /// Leaves rows to people.
  mutating func refuse(
    _ violations: [ReferenceReconciler.Violation], _ reason: String, _ source: any KeySource
  ) {
    let query = violations.first.map { source.query(showing: $0.row.key) }
    byHand.append(ManualRepair(rowCount: violations.count, reason: reason, query: query))
  }
}
