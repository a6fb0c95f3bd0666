// Whether old rows still refer to what they referred to is not written anywhere, but PostgreSQL counts what happens to
// each table. When no row was updated since a mark, and as many were inserted as there are with a higher number, then
// what was read before is still as it was, and what is new has the higher numbers. An update that changes an indexed
// column is never "heap-only" (PostgreSQL 15, "Heap-Only Tuples"), so where the reference has an index, those updates
// that were need not be feared.
//
// Counts come up to a minute late (PostgreSQL 15, "The Cumulative Statistics System"): what was changed in the minute
// before an audit may be found by the next one. A server that lost its counts, or was started anew, certifies nothing.

import JSON
import Postgres

/// What a server has counted for a table at some time.
struct TableCounts: Sendable, Equatable {
  /// What must be the same for counts to be comparable: the table, its file and indexes, the server's start, the last
  /// reset.
  let identity: String
  let inserted: Int64
  let updated: Int64
  /// Those of the updates that changed no indexed column.
  let heapOnlyUpdated: Int64
  let deleted: Int64

  /// Reads the counts of a table; nil where there are none: a replica counts nothing, a table with parts counts there.
  static func read(_ side: SQLSide) async throws -> TableCounts? {
    guard case .table(let name) = side.relation.source else { return nil }
    let table = name.within(side.reader.store.schema).quoted
    let row = try await side.reader.snapshot { connection in
      try connection.querySync(
        """
        SELECT c.oid::text || ' ' || coalesce(pg_catalog.pg_relation_filenode(c.oid)::text, '') || ' ' \
        || extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text || ' ' \
        || coalesce(extract(epoch FROM d.stats_reset)::text, '') || ' ' \
        || ARRAY(SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid = c.oid ORDER BY 1)::text, \
        s.n_tup_ins, s.n_tup_upd, s.n_tup_hot_upd, s.n_tup_del \
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_stat_all_tables AS s ON s.relid = c.oid \
        JOIN pg_catalog.pg_stat_database AS d ON d.datname = pg_catalog.current_database() \
        WHERE c.oid = pg_catalog.to_regclass(\(table)) AND c.relkind = 'r' AND NOT c.relhassubclass \
        AND NOT pg_catalog.pg_is_in_recovery() AND pg_catalog.current_setting('track_counts') = 'on'
        """
      ).rows.first
    }.value
    return try row.map { row in
      TableCounts(
        identity: try row[0].decode(String.self), inserted: try row[1].decode(Int64.self),
        updated: try row[2].decode(Int64.self), heapOnlyUpdated: try row[3].decode(Int64.self),
        deleted: try row[4].decode(Int64.self))
    }
  }

  /// Updates since earlier counts that may have changed a key; where an index is on it, those that changed no indexed
  /// column have not.
  func changes(since earlier: TableCounts, isKeyIndexed: Bool) -> Int64 {
    let harmless = isKeyIndexed ? heapOnlyUpdated - earlier.heapOnlyUpdated : 0
    return updated - earlier.updated - harmless
  }
}

/// What a server has counted for a table at some time, with the highest number of its rows.
struct TableMark: Sendable, Equatable {
  let counts: TableCounts
  /// The highest value of the primary key; nil when there are no rows.
  let highest: Int64?

  /// Whether a relation can be marked: a table as a whole, whose primary key is one integer.
  static func isPossible(_ relation: SQLRelation) -> Bool {
    guard case .table = relation.source else { return false }
    return relation.filter == nil && relation.identity.count == 1
  }

  /// Reads the mark of a table; nil where none can be had.
  static func read(_ side: SQLSide) async throws -> TableMark? {
    guard isPossible(side.relation), try await isKeyNumber(side), let counts = try await TableCounts.read(side) else {
      return nil
    }
    // In a snapshot of its own, after the counts: a row is seen before it is counted, so every counted row is among those
    // that this one sees, and no row that is counted later can stand in for one that was counted and not seen.
    let key = side.relation.column(side.relation.identity[0])
    let highest = try await side.reader.snapshot { connection in
      try connection.querySync("SELECT max(\(key))::bigint FROM \(side.relation.from)").rows[0][0].decode(Int64?.self)
    }.value
    return TableMark(counts: counts, highest: highest)
  }

  /// Whether what identifies a row is the primary key, and one integer.
  private static func isKeyNumber(_ side: SQLSide) async throws -> Bool {
    guard case .table(let name) = side.relation.source else { return false }
    let table = name.within(side.reader.store.schema).quoted
    return try await side.reader.snapshot { connection in
      try connection.querySync(
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_attribute AS a \
        ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
        WHERE i.indrelid = pg_catalog.to_regclass(\(table)) AND i.indisprimary AND i.indnatts = 1 \
        AND a.attname = \(side.relation.identity[0]) \
        AND a.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype))
        """
      ).rows[0][0].decode(Bool.self)
    }.value
  }

  /// Why nothing can be said of the rows since an earlier mark; nil when they are what they were, and all new ones are
  /// those with higher numbers, of which there are `count`.
  func doubt(since earlier: TableMark, newRows count: Int, isReferenceIndexed: Bool) -> String? {
    guard counts.identity == earlier.counts.identity else {
      return "the table or the server's counts are not those of before"
    }
    let changed = counts.changes(since: earlier.counts, isKeyIndexed: isReferenceIndexed)
    if changed != 0 { return "\(changed) rows were updated" }
    let added = counts.inserted - earlier.counts.inserted
    if added != Int64(count) { return "\(added) rows were inserted, and \(count) have a higher number than all before" }
    return nil
  }
}

// MARK: As JSON

extension TableCounts {
  /// The counts as a file holds them.
  var json: JSONObject {
    [
      "identity": .string(identity), "inserted": .number(JSONNumber(Int(inserted))),
      "updated": .number(JSONNumber(Int(updated))), "heapOnlyUpdated": .number(JSONNumber(Int(heapOnlyUpdated))),
      "deleted": .number(JSONNumber(Int(deleted))),
    ]
  }

  init?(_ json: JSONValue) {
    func count(_ name: String) -> Int64? { json[name]?.numberValue?.int64 }
    guard let identity = json["identity"]?.stringValue, let inserted = count("inserted"),
      let updated = count("updated"), let heapOnly = count("heapOnlyUpdated"), let deleted = count("deleted")
    else { return nil }
    self.init(
      identity: identity, inserted: inserted, updated: updated, heapOnlyUpdated: heapOnly, deleted: deleted)
  }
}

extension TableMark {
  /// The mark as a file holds it.
  var json: JSONValue {
    var object = counts.json
    if let highest { object["highest"] = .number(JSONNumber(Int(highest))) }
    return .object(object)
  }

  init?(_ json: JSONValue) {
    guard let counts = TableCounts(json) else { return nil }
    self.init(counts: counts, highest: json["highest"]?.numberValue?.int64)
  }
}
