// One bit for each integer: the keys in use are set, those that exist are cleared, and what is left may dangle. Both
// sides stream past once; nothing is kept but the bits.

import Postgres

/// Finds integer keys in use that do not exist, by two scans.
struct BitmapSearch: CandidateSearch {
  let referrer: RelationScan
  let referent: RelationScan
  /// Bytes that the bits may take.
  let memory: Int

  var plan: [String] {
    ["\(referrer.plan) into one bit each", referent.plan]
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let state = ScanState(IntegerBitmap(maximumBytes: memory), reading)
    let rows: Int
    do {
      rows = try await referrer.integers { numbers in
        try state.change(rows: numbers.count) { bits throws(IntegerBitmap.OutOfMemory) in try bits.insert(numbers) }
      }
    } catch is IntegerBitmap.OutOfMemory {
      throw SearchExhausted(
        description:
          "the \(referrer.side.columns) of \(referrer.side.relation.name) lie too far apart for \(memory >> 20) MiB of bits"
      )
    }
    try await receive(SearchStep(rowsExamined: rows, keysCompared: state.keys.count))
    _ = try await referent.integers { numbers in
      state.change { $0.remove(numbers) }
    }
    try await state.keys.forEachBatch(of: Self.candidatesPerStep) { keys in
      try await receive(SearchStep(candidates: keys.map { KeyUse(key: Key([String($0)])) }))
    }
  }
}
