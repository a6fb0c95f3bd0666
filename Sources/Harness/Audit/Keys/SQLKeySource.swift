import Postgres
import RunModel

/// Reads keys of a PostgreSQL relation through a cursor, so that memory stays bounded however many there are.
struct SQLKeySource: KeySource {
  let relation: SQLRelation
  let reader: SQLReader
  let kinds: [ColumnKind]
  /// Whether an index has the keys in order, so that each batch can be a read of its own behind the one before.
  var isPaged = false
  /// Most keys read and compared in one go.
  var batchSize = 10_000
  /// Bytes of key text that a batch aims at; long keys come in fewer at a time.
  var batchBytes = 4 << 20

  var plan: String {
    let columns = relation.columns.joined(separator: ", ")
    return
      "\(reader.store.name): each distinct \(columns) of \(relation.name) once\(filterNote), by "
      + "\(isPaged ? "its index" : "cursor"), up to \(batchSize) at a time"
  }

  var holdsReplayBack: Bool { reader.gate != nil }

  private var filterNote: String { relation.filter.map { " where \($0.oneLine)" } ?? "" }

  func query(showing key: Key) -> String {
    relation.statement(showing: zip(relation.columns, key.parts).map { Finding.Field($0, $1) })
  }

  func query(showing identity: [Finding.Field]) -> String { relation.statement(showing: identity) }

  func readKeys(_ receive: (KeyBatch) async throws -> Void) async throws {
    try await isPaged ? readPages(receive) : readCursor(receive)
  }

  /// No snapshot is open while the keys of a page are looked up.
  private func readPages(_ receive: (KeyBatch) async throws -> Void) async throws {
    var part = ScanPart(limit: min(256, batchSize))
    var rows = try await page(part)
    while !rows.isEmpty {
      let (batch, bytes) = try batch(rows)
      guard let size = part.limit, rows.count == size, let last = batch.uses.last?.key else {
        return try await receive(batch)
      }
      part = ScanPart(after: last, limit: max(1, min(batchSize, size * 4, batchBytes * rows.count / max(1, bytes))))
      let next = part
      // The server prepares the next keys while these are looked up.
      async let following = page(next)
      try await receive(batch)
      rows = try await following
    }
  }

  private func page(_ part: ScanPart) async throws -> [PostgresRow] {
    let select = relation.keys(kinds, part)
    let rows = try await reader.snapshot(.distinct) { try $0.querySync(select).rows }.value
    if let due = reader.pace.reserve(rows.count) { try await Task.sleep(until: due, clock: .continuous) }
    return rows
  }

  private func readCursor(_ receive: (KeyBatch) async throws -> Void) async throws {
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
