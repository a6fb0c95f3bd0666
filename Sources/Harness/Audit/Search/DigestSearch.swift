// Keys of any type, by their digests: those in use go into a set, those that exist are taken out, and what is left may
// dangle. A set that outgrows its memory keeps a part of the digests, and everything is read again for the next part; so
// any number of keys fits into any memory, at the price of more passes.

import Synchronization

/// Finds keys of any type that do not exist, by two scans.
struct DigestSearch: CandidateSearch {
  let referrer: SQLKeyStream
  let referent: any KeyStream
  /// Bytes that the digests may take.
  let memory: Int

  /// Keys that are read again in one go: what dangles may be as many as all keys, and they take more than a digest.
  private static let keysPerReading = 100_000

  var plan: [String] { [referrer.plan + " into digests of 128 bits", referent.plan] }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let digester = KeyDigester()
    var start: UInt64? = 0
    while let first = start {
      let set = OpenSet(DigestSet(start: first, maximumBytes: memory), reading)
      let rows = try await referrer.digests(digester) { set.insert($0) }
      try await receive(SearchStep(rowsExamined: first == 0 ? rows : 0, keysCompared: set.count))
      if set.count > 0 { _ = try await referent.digests(digester) { set.remove($0) } }
      let dangling = set.value
      for wanted in dangling.parts(of: Self.keysPerReading) {
        let keys = try await referrer.keys(digester) { wanted.contains($0) }
        for part in keys.parts(of: Self.candidatesPerStep) {
          try await receive(SearchStep(candidates: part.map { KeyUse(key: $0) }))
        }
      }
      start = dangling.following
    }
  }

  /// The set while scans, of which there may be several at once, work on it.
  private final class OpenSet: Sendable {
    private let state: Mutex<(set: DigestSet, progress: ScanProgress)>

    init(_ set: DigestSet, _ reading: @escaping @Sendable (Int) -> Void) {
      state = Mutex((set, ScanProgress(reading)))
    }

    var value: DigestSet { state.withLock { $0.set } }
    var count: Int { state.withLock { $0.set.count } }

    func insert(_ digests: [UInt128]) {
      state.withLock { state in
        for digest in digests { state.set.insert(digest) }
        state.progress.add(digests.count)
      }
    }

    func remove(_ digests: [UInt128]) {
      state.withLock { state in for digest in digests { state.set.remove(digest) } }
    }
  }
}
