/// Looks every key up at the referent, batch by batch: right for any store and any number of keys.
struct KeyLookup: CandidateSearch {
  let referrer: any KeySource
  let referent: any KeyTarget

  var plan: [String] { [referrer.plan, referent.plan] }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    try await referrer.readKeys { batch in
      try Task.checkCancellation()
      guard !batch.uses.isEmpty else { return }
      let absent = try await referent.absent(among: batch.uses.map(\.key))
      try await receive(
        SearchStep(
          rowsExamined: batch.rowCount, keysCompared: batch.uses.count, candidates: batch.uses.only(absent.keys),
          firstAbsent: absent.position))
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
