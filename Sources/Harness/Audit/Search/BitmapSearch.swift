// One bit for each integer: the keys in use are set, those that exist are cleared, and what is left may dangle. Both
// sides stream past once; nothing is kept but the bits.

import Postgres

/// Finds integer keys in use that do not exist, by two scans.
struct BitmapSearch: CandidateSearch {
  let referrer: SQLSide
  let order: ScanOrder
  let referent: SQLSide
  /// Bytes that the bits may take.
  let memory: Int

  var plan: [String] {
    let keys = order == .distinct ? "each \(referrer.columns) once, by its index" : "every \(referrer.columns)"
    return [
      "\(referrer.reader.store.name): \(keys) of \(referrer.relation.name), copied into one bit each",
      "\(referent.reader.store.name): every \(referent.columns) of \(referent.relation.name), copied",
    ]
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let state = ScanState(IntegerBitmap(maximumBytes: memory), reading)
    let rows: Int
    do {
      rows = try await referrer.reader.scanIntegers(referrer.relation.integers(order), order) { numbers in
        try state.change(rows: numbers.count) { bits throws(IntegerBitmap.OutOfMemory) in try bits.insert(numbers) }
      }
    } catch is IntegerBitmap.OutOfMemory {
      throw SearchExhausted(
        description:
          "the \(referrer.columns) of \(referrer.relation.name) lie too far apart for \(memory >> 20) MiB of bits")
    }
    try await receive(SearchStep(rowsExamined: rows, keysCompared: state.keys.count))
    try await referent.reader.scanIntegers(referent.relation.integers(.heap), .heap) { numbers in
      state.change { $0.remove(numbers) }
    }
    try await state.keys.forEachBatch(of: Self.candidatesPerStep) { keys in
      try await receive(SearchStep(candidates: keys.map { KeyUse(key: Key([String($0)])) }))
    }
  }
}
