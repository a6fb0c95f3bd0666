import RunModel

/// A guess at why one key is missing, before it is known what of it may be shown.
struct KeyGuess: Sendable, Hashable {
  let kind: LikelyCause.Kind
  /// What it rests on, without any value of the stores.
  let detail: String
  /// An existing key that resembles the missing one.
  var resembling: String?

  /// The guess for a report; `isMasked` says whether keys are hidden there.
  func cause(isMasked: Bool) -> LikelyCause {
    guard let resembling, !isMasked else { return LikelyCause(kind, detail) }
    return LikelyCause(kind, "\(detail): \(resembling)")
  }
}

extension KeyTarget {
  /// Guesses for the keys among those given of which the store tells anything; never decides whether a key is missing.
  ///
  /// A key that exists by now comes first: it was only late.
  ///
  /// `inAnyState` is the referent with what counts as deleted there.
  func guesses(for keys: [Key], inAnyState: (any KeyTarget)? = nil) async throws -> [Key: KeyGuess] {
    guard !keys.isEmpty else { return [:] }
    let absent = Set(try await absent(among: keys).keys)
    var guesses: [Key: KeyGuess] = [:]
    for key in keys where !absent.contains(key) {
      guesses[key] = KeyGuess(kind: .late, detail: "it exists by now, written after the row that refers to it")
    }
    var gone = keys.filter(absent.contains)
    if let inAnyState, !gone.isEmpty {
      let removed = Set(try await inAnyState.absent(among: gone).keys)
      for key in gone where !removed.contains(key) {
        guesses[key] = KeyGuess(kind: .softDeleted, detail: "it is there, and counts as deleted")
      }
      gone = gone.filter(removed.contains)
    }
    return guesses.merging(try await likenesses(of: gone)) { first, _ in first }
  }
}
