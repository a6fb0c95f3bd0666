import Postgres
import Synchronization

/// Everything that one side of a reference has, as digests in any order; a key may come more than once.
protocol KeyStream: Sendable {
  /// Hands over the digests of all keys, some at a time; returns how many rows or documents they came from.
  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int

  /// How the side is read, one line for people.
  var plan: String { get }
}

extension RelationScan: KeyStream {
  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    try await rows { DigestReading(digester: digester, parts: side.kinds.count, batch: DigestBatch(receive)) }
  }

  /// The keys whose digests are wanted, each once, read again as they are.
  func keys(_ digester: KeyDigester, where isWanted: @escaping @Sendable (UInt128) -> Bool) async throws -> [Key] {
    let keys = FoundKeys()
    _ = try await rows { KeyReading(digester: digester, parts: side.kinds.count, isWanted: isWanted, found: keys) }
    return keys.all
  }
}

/// Makes digests of the keys of rows.
private struct DigestReading: RowReading {
  let digester: KeyDigester
  let parts: Int
  var batch: DigestBatch
  private var buffer: [UInt8] = []

  init(digester: KeyDigester, parts: Int, batch: DigestBatch) {
    (self.digester, self.parts, self.batch) = (digester, parts, batch)
  }

  mutating func read(_ row: borrowing PostgresCopyRow) throws {
    try batch.add(digester.digest(of: row, parts: parts, &buffer))
  }

  mutating func finish() throws { try batch.finish() }
}

/// Keeps some of the keys of rows.
private struct KeyReading: RowReading {
  let digester: KeyDigester
  let parts: Int
  let isWanted: @Sendable (UInt128) -> Bool
  let found: FoundKeys
  private var keys: Set<Key> = []
  private var buffer: [UInt8] = []

  init(digester: KeyDigester, parts: Int, isWanted: @escaping @Sendable (UInt128) -> Bool, found: FoundKeys) {
    (self.digester, self.parts, self.isWanted, self.found) = (digester, parts, isWanted, found)
  }

  mutating func read(_ row: borrowing PostgresCopyRow) throws {
    // Almost all are not wanted, so nothing is made of them.
    guard isWanted(try digester.digest(of: row, parts: parts, &buffer)) else { return }
    var texts: [String] = []
    for part in 0..<parts { texts.append(try row.text(part) ?? "") }
    keys.insert(Key(texts))
  }

  func finish() { found.add(keys) }
}

/// Keys that readings have found.
private final class FoundKeys: Sendable {
  private let keys = Mutex<Set<Key>>([])

  var all: [Key] { keys.withLock { Array($0) } }

  func add(_ more: Set<Key>) { keys.withLock { $0.formUnion(more) } }
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

  /// Adds a digest.
  mutating func add(_ digest: UInt128) throws {
    digests.append(digest)
    if digests.count == Self.size { try finish() }
  }

  /// Hands over what there is.
  mutating func finish() throws {
    try receive(digests)
    digests.removeAll(keepingCapacity: true)
  }
}
