// Keys of any type, by their digests: those in use go into a set, those that exist are taken out, and what is left may
// dangle. A set that outgrows its memory keeps a part of the digests, and everything is read again for the next part; so
// any number of keys fits into any memory, at the price of more passes.

/// Finds keys of any type that do not exist, by two scans.
struct DigestSearch: CandidateSearch {
  let referrer: RelationScan
  let referent: any KeyStream
  /// Bytes that the digests may take.
  let memory: Int

  /// Keys that are read again in one go: what dangles may be as many as all keys, and they take more than a digest.
  private var keysPerReading: Int { max(1000, min(100_000, memory / 512)) }

  var plan: [String] { [referrer.plan + " into digests of 128 bits", referent.plan] }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let digester = KeyDigester()
    var start: UInt64? = 0
    while let first = start {
      let state = ScanState(DigestSet(start: first, maximumBytes: memory), reading)
      let rows = try await referrer.digests(digester) { digests in
        state.change(rows: digests.count) { set in for digest in digests { set.insert(digest) } }
      }
      let count = state.keys.count
      try await receive(SearchStep(rowsExamined: first == 0 ? rows : 0, keysCompared: count))
      if count > 0 {
        _ = try await referent.digests(digester) { digests in
          state.change { set in for digest in digests { set.remove(digest) } }
        }
      }
      try await handOver(state.keys, digester, receive)
      start = state.keys.following
    }
  }

  private func handOver(
    _ dangling: DigestSet, _ digester: KeyDigester, _ receive: (SearchStep) async throws -> Void
  ) async throws {
    var place = 0
    while true {
      let wanted = dangling.some(keysPerReading, from: &place)
      guard !wanted.isEmpty else { return }
      let keys = try await referrer.keys(digester) { wanted.contains($0) }
      for part in keys.parts(of: Self.candidatesPerStep) {
        try await receive(SearchStep(candidates: part.map { KeyUse(key: $0) }))
      }
    }
  }
}
