import Postgres
import SecureHash

/// Everything that one side of a reference has, as digests in any order; a key may come more than once.
protocol KeyStream: Sendable {
  /// Hands over the digests of all keys, some at a time; returns how many rows or documents they came from.
  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int

  /// How the side is read, one line for people.
  var plan: String { get }
}

/// Makes digests of keys; two keys have one only if they are equal.
struct KeyDigester: Sendable {
  private let hash: SipHash128

  /// Uses a key that nobody knows.
  init() {
    var random = SystemRandomNumberGenerator()
    hash = SipHash128(using: &random)
  }

  /// The digest of a key with one part.
  func digest(ofOnly part: UnsafeRawBufferPointer) -> UInt128 { hash.hash(part) }

  /// The digest of a key.
  func digest(of key: Key) -> UInt128 {
    guard key.parts.count > 1 else {
      var text = key.parts[0]
      return text.withUTF8 { hash.hash(UnsafeRawBufferPointer($0)) }
    }
    var bytes: [UInt8] = []
    for var part in key.parts { part.withUTF8 { Self.append(UnsafeRawBufferPointer($0), to: &bytes) } }
    return bytes.withUnsafeBytes(hash.hash)
  }

  /// The digest of a key with several parts, whose bytes were put together by ``append(_:to:)``.
  func digest(ofAll bytes: [UInt8]) -> UInt128 { bytes.withUnsafeBytes(hash.hash) }

  /// Puts a part behind others, its length first, so that ("ab", "c") is not ("a", "bc").
  static func append(_ part: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: part.count).bigEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: part)
  }
}

/// The keys of a PostgreSQL relation.
struct SQLKeyStream: KeyStream {
  let relation: SQLRelation
  let reader: SQLReader
  let kinds: [ColumnKind]
  let order: ScanOrder

  /// Digests that are handed over at once.
  private static let batchSize = 4096

  var plan: String {
    let columns = relation.columns.joined(separator: ", ")
    let keys = order == .distinct ? "each \(columns) once, by its index" : "every \(columns)"
    return "\(reader.store.name): \(keys) of \(relation.name), copied"
  }

  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    let select = relation.keyTexts(kinds, order)
    let (parts, pace) = (kinds.count, reader.pace)
    return try await reader.snapshot(order) { connection in
      var batch: [UInt128] = []
      batch.reserveCapacity(Self.batchSize)
      var bytes: [UInt8] = []
      let rows = try connection.copyRowsSync(select) { row in
        if parts == 1 {
          batch.append(try row.withBytes(0) { $0.map(digester.digest(ofOnly:)) ?? 0 })
        } else {
          bytes.removeAll(keepingCapacity: true)
          for part in 0..<parts {
            try row.withBytes(part) { if let part = $0 { KeyDigester.append(part, to: &bytes) } }
          }
          batch.append(digester.digest(ofAll: bytes))
        }
        guard batch.count == Self.batchSize else { return }
        try receive(batch)
        try pace.wait(for: batch.count)
        batch.removeAll(keepingCapacity: true)
      }
      try receive(batch)
      return rows
    }.value
  }

  /// The keys whose digests are wanted, each once, read again as they are.
  func keys(_ digester: KeyDigester, where isWanted: @escaping @Sendable (UInt128) -> Bool) async throws -> [Key] {
    let select = relation.keyTexts(kinds, order)
    let parts = kinds.indices
    return try await reader.snapshot(order) { connection in
      var keys: Set<Key> = []
      try connection.copyRowsSync(select) { row in
        // Almost all are not wanted, so nothing is made of them.
        let digest =
          parts.count == 1 ? try row.withBytes(0) { $0.map(digester.digest(ofOnly:)) ?? 0 } : nil
        guard digest.map(isWanted) ?? true else { return }
        let key = Key(try parts.map { try row.text($0) ?? "" })
        if digest != nil || isWanted(digester.digest(of: key)) { keys.insert(key) }
      }
      return Array(keys)
    }.value
  }
}
