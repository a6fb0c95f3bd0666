// One bit for each integer: the keys in use are set, those that exist are cleared, and what is left may dangle. Both
// sides stream past once; nothing is kept but the bits.

import Postgres

/// Finds integer keys in use that do not exist, by two scans.
struct BitmapSearch: CandidateSearch {
  let referrer: SQLRelation
  let referrerReader: SQLReader
  let order: ScanOrder
  let referent: SQLRelation
  let referentReader: SQLReader
  /// Bytes that the bits may take.
  let memory: Int

  var plan: [String] {
    let keys = order == .distinct ? "each \(referrer.columns[0]) once, by its index" : "every \(referrer.columns[0])"
    return [
      "\(referrerReader.store.name): \(keys) of \(referrer.name), copied into one bit each",
      "\(referentReader.store.name): every \(referent.columns[0]) of \(referent.name), copied",
    ]
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let used = try await used(reading)
    try await receive(SearchStep(rowsExamined: used.rows, keysCompared: used.bits.count))
    let select = referent.integers(.heap)
    let pace = referentReader.pace
    let dangling = try await referentReader.snapshot { connection in
      var bits = used.bits
      try connection.copyIntegersSync(select) { numbers in
        bits.remove(numbers)
        try pace.wait(for: numbers.count)
      }
      return bits
    }.value
    try await dangling.forEachBatch(of: Self.candidatesPerStep) { keys in
      try await receive(SearchStep(candidates: keys.map { KeyUse(key: Key([String($0)])) }))
    }
  }

  private func used(_ reading: @escaping @Sendable (Int) -> Void) async throws -> (rows: Int, bits: IntegerBitmap) {
    let select = referrer.integers(order)
    let (memory, pace) = (memory, referrerReader.pace)
    do {
      return try await referrerReader.snapshot(order) { connection in
        var bits = IntegerBitmap(maximumBytes: memory)
        var progress = ScanProgress(reading)
        let rows = try connection.copyIntegersSync(select) { numbers in
          try bits.insert(numbers)
          progress.add(numbers.count)
          try pace.wait(for: numbers.count)
        }
        return (rows, bits)
      }.value
    } catch is IntegerBitmap.OutOfMemory {
      throw SearchExhausted(
        description: "the \(referrer.columns[0]) of \(referrer.name) lie too far apart for \(memory >> 20) MiB of bits")
    }
  }
}

/// Tells now and then how many rows a scan has read.
struct ScanProgress {
  private let tell: @Sendable (Int) -> Void
  private var rows = 0
  private var told = 0
  /// Rows between two tellings: a few times a second at full speed.
  private static let interval = 1 << 20

  init(_ tell: @escaping @Sendable (Int) -> Void) { self.tell = tell }

  /// Counts rows.
  mutating func add(_ count: Int) {
    rows += count
    guard rows - told >= Self.interval else { return }
    told = rows
    tell(rows)
  }
}
