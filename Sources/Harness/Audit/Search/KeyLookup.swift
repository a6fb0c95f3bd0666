/// Looks every key up at the referent, batch by batch: right for any store and any number of keys.
struct KeyLookup: CandidateSearch {
  let referrer: any KeySource
  let referent: any KeyTarget
  /// Bytes for remembering keys that were there, where a key may come more than once; nil for none.
  ///
  /// Looking it up again tells nothing more: what is removed after the search began is no concern of this search.
  var memory: Int?

  var plan: [String] { [referrer.plan, referent.plan] }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    // A replica does not go on while we read it, and the referent may be on the same one: waiting for it would be waiting
    // for ourselves. So it catches up before, and what it shows meanwhile makes candidates, and no first look.
    let isWaitedFor = !referrer.holdsReplayBack
    if !isWaitedFor { try await referent.catchUp() }
    let digester = KeyDigester()
    var present = memory.map { DigestSet(maximumBytes: $0) }
    try await referrer.readKeys { batch in
      try Task.checkCancellation()
      guard !batch.uses.isEmpty else { return }
      let digests = present == nil ? [] : batch.uses.map { digester.digest(of: $0.key) }
      let isKnown = digests.map { present?.contains($0) == true }
      let keys = batch.uses.indices.filter { isKnown.isEmpty || !isKnown[$0] }.map { batch.uses[$0].key }
      guard !keys.isEmpty else { return try await receive(SearchStep(rowsExamined: batch.rowCount)) }
      let absent = try await isWaitedFor ? referent.absent(among: keys) : referent.absentAsShown(among: keys)
      if !digests.isEmpty {
        let missing = Set(absent.keys)
        for (use, digest) in zip(batch.uses, digests) where !missing.contains(use.key) { present?.insert(digest) }
      }
      try await receive(
        SearchStep(
          rowsExamined: batch.rowCount, keysCompared: keys.count, candidates: batch.uses.only(absent.keys),
          firstAbsent: isWaitedFor ? absent : nil))
    }
  }
}

extension [KeyUse] {
  /// The uses of some keys.
  func only(_ keys: [Key]) -> [KeyUse] {
    if keys.isEmpty { return [] }
    let wanted = Set(keys)
    return filter { wanted.contains($0.key) }
  }
}
