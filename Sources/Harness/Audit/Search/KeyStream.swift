import Postgres

/// Everything that one side of a reference has, as digests in any order; a key may come more than once.
protocol KeyStream: Sendable {
  /// Hands over the digests of all keys, some at a time; returns how many rows or documents they came from.
  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int

  /// How the side is read, one line for people.
  var plan: String { get }
}

/// The keys of a PostgreSQL relation.
struct SQLKeyStream: KeyStream {
  let side: SQLSide
  let order: ScanOrder

  var plan: String {
    let keys = order == .distinct ? "each \(side.columns) once, by its index" : "every \(side.columns)"
    return "\(side.reader.store.name): \(keys) of \(side.relation.name), copied"
  }

  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    try await side.reader.scan(order) { connection, pace in
      var batch = DigestBatch(receive)
      var buffer: [UInt8] = []
      let rows = try connection.copyRowsSync(side.relation.keyTexts(side.kinds, order)) { row in
        if try batch.add(digester.digest(of: row, &buffer)) { try pace.wait(for: DigestBatch.size) }
      }
      try batch.finish()
      return rows
    }
  }

  /// The keys whose digests are wanted, each once, read again as they are.
  func keys(_ digester: KeyDigester, where isWanted: @escaping @Sendable (UInt128) -> Bool) async throws -> [Key] {
    try await side.reader.scan(order) { connection, pace in
      var keys: Set<Key> = []
      var buffer: [UInt8] = []
      var rows = 0
      try connection.copyRowsSync(side.relation.keyTexts(side.kinds, order)) { row in
        rows += 1
        if rows.isMultiple(of: DigestBatch.size) { try pace.wait(for: DigestBatch.size) }
        // Almost all are not wanted, so nothing is made of them.
        guard isWanted(try digester.digest(of: row, &buffer)) else { return }
        keys.insert(Key(try side.kinds.indices.map { try row.text($0) ?? "" }))
      }
      return Array(keys)
    }
  }
}

/// Digests on their way to a receiver, many at a time.
struct DigestBatch {
  /// Digests that are handed over at once.
  static let size = 4096

  private var digests: [UInt128] = []
  private let receive: @Sendable ([UInt128]) throws -> Void

  init(_ receive: @escaping @Sendable ([UInt128]) throws -> Void) {
    self.receive = receive
    digests.reserveCapacity(Self.size)
  }

  /// Adds a digest; answers whether the batch was full and is gone.
  @discardableResult
  mutating func add(_ digest: UInt128) throws -> Bool {
    digests.append(digest)
    guard digests.count == Self.size else { return false }
    try finish()
    return true
  }

  /// Hands over what there is.
  mutating func finish() throws {
    try receive(digests)
    digests.removeAll(keepingCapacity: true)
  }
}
