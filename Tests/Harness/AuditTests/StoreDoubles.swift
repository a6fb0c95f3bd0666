import RFC3339
import RunModel
import Synchronization

@testable import Audit

/// Two stores in memory whose every read can be followed by a change, so that races happen exactly where a test says.
final class TwoStores: Sendable {
  struct Contents {
    /// Rows of the referrer: what identifies each, and the key it uses.
    var rows: [String: String] = [:]
    /// Keys of the referent.
    var keys: Set<String> = []
    /// Versions of what is there under keys that do not count.
    var versions: [String: String] = [:]
    /// What was read, in order.
    var reads: [String] = []
  }

  /// A moment at which a test may interfere: right after the read of that name.
  enum Moment: Hashable {
    case keysRead, firstLook, rowsRead, secondLook
  }

  private let contents: Mutex<Contents>
  private let changes: [Moment: @Sendable (inout Contents) -> Void]
  let batchSize: Int

  init(
    rows: [String: String], keys: Set<String>, batchSize: Int = 100,
    after changes: [Moment: @Sendable (inout Contents) -> Void] = [:]
  ) {
    contents = Mutex(Contents(rows: rows, keys: keys))
    self.changes = changes
    self.batchSize = batchSize
  }

  var reads: [String] { contents.withLock { $0.reads } }

  fileprivate func read<Value: Sendable>(_ name: String, _ moment: Moment, _ body: (Contents) -> Value) -> Value {
    contents.withLock { contents in
      contents.reads.append(name)
      let value = body(contents)
      changes[moment]?(&contents)
      return value
    }
  }

  fileprivate func position() -> ReadPosition {
    let count = contents.withLock { $0.reads.count }
    return ReadPosition(at: Timestamp(seconds: Int64(count), nanoseconds: 0), position: "read \(count)")
  }

  fileprivate var looks: Int { contents.withLock { $0.reads.filter { $0 == "absent" }.count } }
}

/// The referring side.
struct MemorySource: KeySource {
  let stores: TwoStores
  let plan = "memory"

  func query(showing key: Key) -> String { "rows with \(key)" }
  func query(showing identity: [Finding.Field]) -> String { "row \(identity.first?.value ?? "")" }

  func readKeys(_ receive: (KeyBatch) async throws -> Void) async throws {
    let rowsPerKey = stores.read("keys", .keysRead) { contents in
      Dictionary(grouping: contents.rows.values, by: { $0 }).mapValues(\.count)
    }
    for part in rowsPerKey.sorted(by: { $0.key < $1.key }).parts(of: stores.batchSize) {
      let uses = part.map { KeyUse(key: Key([$0.key])) }
      try await receive(KeyBatch(uses: uses, rowCount: part.reduce(0) { $0 + $1.value }))
    }
  }

  func rows(of uses: [KeyUse], limit: Int) async throws -> KeyedRows {
    let wanted = Set(uses.map(\.key))
    let rows = stores.read("rows", .rowsRead) { contents in
      contents.rows.sorted { $0.key < $1.key }.map { KeyedRows.Row(identity: [.init("id", $0)], key: Key([$1])) }
    }.filter { wanted.contains($0.key) }
    let counts = Dictionary(grouping: rows, by: \.key).mapValues(\.count)
    return KeyedRows(counts: counts, sample: Array(rows.prefix(limit)), position: stores.position())
  }
}

/// The side that is referred to.
struct MemoryTarget: KeyTarget {
  let stores: TwoStores
  let plan = "memory"

  func absent(among keys: [Key]) async throws -> AbsentKeys {
    let moment: TwoStores.Moment = stores.looks.isMultiple(of: 2) ? .firstLook : .secondLook
    let (present, versions) = stores.read("absent", moment) { ($0.keys, $0.versions) }
    let absent = keys.filter { !present.contains($0.parts[0]) }
    let known = absent.compactMap { key in versions[key.parts[0]].map { (key, $0) } }
    return AbsentKeys(
      keys: absent, position: stores.position(), versions: Dictionary(known, uniquingKeysWith: { first, _ in first }))
  }

  func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] {
    keys.reduce(into: [:]) { $0[$1] = KeyGuess(kind: .deleted, detail: "memory") }
  }
}
