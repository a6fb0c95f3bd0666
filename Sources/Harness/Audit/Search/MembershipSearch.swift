// Documents tell no key twice or in order, and each of them is a read that costs money, so they pass by once: the keys
// that exist are read first, as digests, and a document whose key is not among them may dangle. That its key was given out
// after it was looked for is seen when it is looked up again, as every candidate is.

/// Finds documents whose keys do not exist by one scan of each side, the referent's first.
struct MembershipSearch: CandidateSearch {
  let referrer: FirestoreKeySource
  let referent: any KeyStream
  /// Bytes that the digests may take.
  let memory: Int

  /// Pages that one task reads before it tells what it found.
  private static let pagesPerStep = 25

  var plan: [String] {
    [
      "\(referent.plan) into digests of 128 bits",
      "\(referrer.plan), in \(NameRange.quarters.count) ranges at once, each looked up in them",
    ]
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let digester = KeyDigester()
    let existing = try await existing(digester, reading)
    try await receive(SearchStep(keysCompared: existing.count))
    try await withThrowingTaskGroup(of: (step: SearchStep, next: FirestoreKeySource.Place?).self) { group in
      for range in NameRange.quarters {
        group.addTask { try await step(at: FirestoreKeySource.Place(range: range), existing, digester) }
      }
      while let (step, next) = try await group.next() {
        // The other ranges are read on while this is judged.
        if let next { group.addTask { try await self.step(at: next, existing, digester) } }
        try await receive(step)
      }
    }
  }

  private func existing(
    _ digester: KeyDigester, _ reading: @escaping @Sendable (Int) -> Void
  ) async throws -> DigestSet {
    let state = ScanState(DigestSet(maximumBytes: memory), reading)
    _ = try await referent.digests(digester) { digests in
      try state.change(rows: digests.count) { set throws(SearchExhausted) in
        for digest in digests { set.insert(digest) }
        guard set.following == nil else {
          throw SearchExhausted(description: "the keys of \(referent.plan) do not fit into \(memory >> 20) MiB")
        }
      }
    }
    return state.keys
  }

  /// Reads some pages of a range; few when much of it dangles.
  private func step(
    at start: FirestoreKeySource.Place, _ existing: DigestSet, _ digester: KeyDigester
  ) async throws -> (step: SearchStep, next: FirestoreKeySource.Place?) {
    var step = SearchStep()
    var uses: [Key: KeyUse] = [:]
    var place: FirestoreKeySource.Place? = start
    var pages = 0
    while let current = place, pages < Self.pagesPerStep, uses.count < Self.candidatesPerStep / 4 {
      let (batch, next) = try await referrer.readPage(at: current)
      step.rowsExamined += batch.rowCount
      for use in batch.uses where !existing.contains(digester.digest(of: use.key)) {
        uses[use.key, default: KeyUse(key: use.key)].documents += use.documents
      }
      place = next
      pages += 1
    }
    step.candidates = Array(uses.values)
    return (step, place)
  }
}
