/// Looks every key up at the referent, batch by batch: right for any store and any number of keys.
struct KeyLookup: CandidateSearch {
  let referrer: any KeySource
  let referent: any KeyTarget

  var plan: [String] { [referrer.plan, referent.plan] }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    // A replica does not go on while we read it, and the referent may be on the same one: waiting for it would be waiting
    // for ourselves. So it catches up before, and what it shows meanwhile makes candidates, and no first look.
    let isWaitedFor = !referrer.holdsReplayBack
    if !isWaitedFor { try await referent.catchUp() }
    try await referrer.readKeys { batch in
      try Task.checkCancellation()
      guard !batch.uses.isEmpty else { return }
      let keys = batch.uses.map(\.key)
      let absent = try await isWaitedFor ? referent.absent(among: keys) : referent.absentAsShown(among: keys)
      try await receive(
        SearchStep(
          rowsExamined: batch.rowCount, keysCompared: batch.uses.count, candidates: batch.uses.only(absent.keys),
          firstAbsent: isWaitedFor ? absent.position : nil))
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
