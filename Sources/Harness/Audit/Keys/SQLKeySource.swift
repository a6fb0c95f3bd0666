import Postgres
import RunModel

/// Reads keys of a PostgreSQL relation through a cursor, so that memory stays bounded however many there are.
struct SQLKeySource: KeySource {
  let relation: SQLRelation
  let reader: SQLReader
  let kinds: [ColumnKind]
  /// Most keys read and compared in one go.
  var batchSize = 10_000
  /// Bytes of key text that a batch aims at; long keys come in fewer at a time.
  var batchBytes = 4 << 20

  var plan: String {
    let columns = relation.columns.joined(separator: ", ")
    return
      "\(reader.store.name): each distinct \(columns) of \(relation.name) once\(filterNote), by cursor, "
      + "up to \(batchSize) at a time"
  }

  var holdsReplayBack: Bool { reader.gate != nil }

  private var filterNote: String { relation.filter.map { " where \($0.oneLine)" } ?? "" }

  func query(showing key: Key) -> String {
    relation.statement(showing: zip(relation.columns, key.parts).map { Finding.Field($0, $1) })
  }

  func query(showing identity: [Finding.Field]) -> String { relation.statement(showing: identity) }

  func readKeys(_ receive: (KeyBatch) async throws -> Void) async throws {
    try await reader.withCursor(over: relation.keys(kinds)) { cursor in
      // Small at first: nothing is known yet of how long the keys are.
      var size = min(256, batchSize)
      var rows = try await cursor.fetch(size)
      while !rows.isEmpty {
        let (batch, bytes) = try batch(rows)
        size = max(1, min(batchSize, size * 4, batchBytes * rows.count / max(1, bytes)))
        let next = size
        // The server prepares the next keys while these are looked up.
        async let following = cursor.fetch(next)
        try await receive(batch)
        rows = try await following
      }
    }
  }

  private func batch(_ rows: [PostgresRow]) throws -> (KeyBatch, bytes: Int) {
    var batch = KeyBatch()
    var bytes = 0
    batch.uses.reserveCapacity(rows.count)
    for row in rows {
      let parts = try relation.columns.indices.map { try row[$0].decode(String.self) }
      bytes += parts.reduce(0) { $0 + $1.utf8.count }
      batch.rowCount += try row[relation.columns.count].decode(Int.self)
      batch.uses.append(KeyUse(key: Key(parts)))
    }
    return (batch, bytes)
  }

  func rows(of uses: [KeyUse], limit: Int) async throws -> KeyedRows {
    let keys = uses.map(\.key)
    let (found, position) = try await reader.currentSnapshot { connection in
      var (counts, recent): ([Key: Int], [Key: Int]) = ([:], [:])
      var sample: [KeyedRows.Row] = []
      for row in try connection.querySync(relation.uses(of: keys, kinds, limit: limit)).rows {
        let key = keys[try row[0].decode(Int.self) - 1]
        if let count = try row[1].decode(Int?.self) {
          counts[key] = count
          recent[key] = try row[2].decode(Int.self)
        } else {
          let identity = relation.identity.enumerated().map { index, name in Finding.Field(name, row[index + 3].text) }
          sample.append(KeyedRows.Row(identity: identity, key: key))
        }
      }
      return (counts: counts, recent: recent, sample: sample)
    }
    return KeyedRows(counts: found.counts, recent: found.recent, sample: found.sample, position: position)
  }
}
