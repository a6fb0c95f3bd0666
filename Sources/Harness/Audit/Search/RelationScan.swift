// A scan that takes long in one snapshot makes a server keep every row version that was replaced meanwhile, so what takes
// long is read in parts, each in a snapshot of its own behind the last key of the part before. That is as sound as one
// picture: a row that violates a reference from the first read to the last has its place in the order all the time, so it
// is in the part that covers this place, whenever that is read. (A row whose primary key is changed meanwhile counts as a
// new one.)

import Postgres

/// A PostgreSQL relation that is read as a whole, in a given order.
struct RelationScan: Sendable {
  let side: SQLSide
  let order: ScanOrder
  /// Rows that are read in one snapshot; nil for all.
  var rowsPerSnapshot: Int?
  /// Kinds of the columns that identify a row, for the order of rows.
  var identityKinds: [ColumnKind] = []

  /// How long a snapshot aims to be; the parts grow and shrink towards it.
  static let snapshotAim = Duration.seconds(5)
  /// Rows per snapshot below which it is not worth opening one.
  private static let leastRows = 1_000

  var plan: String { "\(keyPlan), copied\(partNote)" }

  /// The keys, for people.
  var keyPlan: String {
    let keys =
      switch order {
      case .heap, .index: "every \(side.columns)"
      case .rows: "every \(side.columns), by primary key,"
      case .distinct: "each \(side.columns) once, by its index"
      }
    return "\(side.reader.store.name): \(keys) of \(side.relation.name)"
  }

  /// In how many snapshots, for people.
  var partNote: String { rowsPerSnapshot == nil ? "" : ", in snapshots of a few seconds" }

  /// Copies the rows, whose first fields are the texts of the key, each part into a reading of its own; returns how many
  /// there were.
  func rows<Reading: RowReading & SendableMetatype>(into reading: @Sendable () -> Reading) async throws -> Int {
    try await inParts { connection, pace, part in
      var reading = reading()
      var last = LastKey(fields: lastFields, of: part)
      let statement = side.relation.keyTexts(side.kinds, order, part, identity: identityKinds)
      let count = try connection.copyRowsSync(statement) { row in
        try reading.read(row)
        try last.note(row)
        if last.count.isMultiple(of: DigestBatch.size) { try pace.wait(for: DigestBatch.size) }
      }
      try reading.finish()
      return (count, last.key)
    }
  }

  /// Copies the integers of the key's only column, many at a time; returns how many there were.
  func integers(_ receive: @escaping @Sendable (UnsafeBufferPointer<Int64>) throws -> Void) async throws -> Int {
    guard order != .rows else { return try await integersOfRows(receive) }
    return try await inParts { connection, pace, part in
      var last: Int64?
      let count = try connection.copyIntegersSync(side.relation.integers(order, part)) { numbers in
        try receive(numbers)
        last = numbers.last
        try pace.wait(for: numbers.count)
      }
      return (count, last.map { Key([String($0)]) })
    }
  }

  private func integersOfRows(
    _ receive: @escaping @Sendable (UnsafeBufferPointer<Int64>) throws -> Void
  ) async throws -> Int {
    try await inParts { connection, pace, part in
      var last = LastKey(fields: lastFields, of: part)
      var numbers: [Int64] = []
      let size = PostgresConnection.integersPerBatch
      numbers.reserveCapacity(size)
      func handOver() throws {
        try numbers.withUnsafeBufferPointer(receive)
        try pace.wait(for: numbers.count)
        numbers.removeAll(keepingCapacity: true)
      }
      let statement = side.relation.integers(.rows, part, identity: identityKinds)
      let count = try connection.copyRowsSync(statement) { row in
        guard let number = try row.int64(0) else { return }
        numbers.append(number)
        try last.note(row)
        if numbers.count == size { try handOver() }
      }
      try handOver()
      return (count, last.key)
    }
  }

  /// The fields of a copied row that tell where it stands in the order.
  private var lastFields: Range<Int> {
    order == .rows ? side.kinds.count..<(side.kinds.count + identityKinds.count) : 0..<side.kinds.count
  }

  /// Reads part after part, each in a snapshot of its own; a part answers its number of rows and where it ended.
  private func inParts(
    _ read: @Sendable (isolated PostgresConnection, ScanPace, ScanPart) throws -> (count: Int, last: Key?)
  ) async throws -> Int {
    var part = ScanPart(limit: order.isResumable ? rowsPerSnapshot : nil)
    var total = 0
    while true {
      let start = ContinuousClock.now
      let current = part
      let (count, last) = try await side.reader.scan(order) { try read($0, $1, current) }
      total += count
      guard let limit = part.limit, count == limit, let last else { return total }
      let wanted = Double(limit) * (Self.snapshotAim / max(.milliseconds(1), ContinuousClock.now - start))
      part = ScanPart(after: last, limit: max(Self.leastRows, Int(min(wanted, Double(limit) * 2))))
    }
  }
}

/// Takes what it needs from copied rows while they pass by.
protocol RowReading {
  mutating func read(_ row: borrowing PostgresCopyRow) throws
  /// Says that there are no more.
  mutating func finish() throws
}

/// The last row of a part, which only the number of the row tells.
private struct LastKey {
  let fields: Range<Int>
  let limit: Int?
  private(set) var count = 0
  private(set) var key: Key?

  init(fields: Range<Int>, of part: ScanPart) {
    self.fields = fields
    limit = part.limit
  }

  mutating func note(_ row: borrowing PostgresCopyRow) throws {
    count += 1
    guard count == limit else { return }
    var parts: [String] = []
    for field in fields { parts.append(try row.text(field) ?? "") }
    key = Key(parts)
  }
}
