import RunModel

/// A referent whose rows may be removed while what refers to them stays: a key is absent only if it was never there.
///
/// What was given out only grows, so the sandwich proves as much here as for a referent that keeps its rows.
struct KeepingTarget: KeyTarget {
  let target: any KeyTarget
  let kept: ReferenceCheck.KeptKeys

  var plan: String { "\(target.plan); \(exceptions)" }

  /// What may be missing, for people.
  var exceptions: String {
    var exceptions: [String] = []
    if kept.areNumbersKept { exceptions.append("numbers that were given out once") }
    if let pattern = kept.anonymised { exceptions.append("keys like '\(pattern)'") }
    return "\(exceptions.joined(separator: " and ")) may be missing"
  }

  var unsettled: String { target.unsettled }

  func catchUp() async throws { try await target.catchUp() }

  func absent(among keys: [Key]) async throws -> AbsentKeys {
    try await reallyAbsent(target.absent(among: keys))
  }

  func absentAsShown(among keys: [Key]) async throws -> AbsentKeys {
    try await reallyAbsent(target.absentAsShown(among: keys))
  }

  private func reallyAbsent(_ absent: AbsentKeys) async throws -> AbsentKeys {
    let others = absent.keys.filter { !isAnonymised($0) }
    guard kept.areNumbersKept, !others.isEmpty, let numbers = target as? SQLKeyTarget,
      numbers.kinds == [.integer]
    else {
      return AbsentKeys(keys: others, position: absent.position, versions: absent.versions)
    }
    return AbsentKeys(
      keys: try await numbers.neverGivenOut(others), position: absent.position, versions: absent.versions)
  }

  private func isAnonymised(_ key: Key) -> Bool {
    guard let pattern = kept.anonymised, key.parts.count == 1 else { return false }
    return Self.matches(key.parts[0], pattern)
  }

  /// Whether a text matches a pattern in which `*` stands for any text.
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
    let bytes = Array(text.utf8)
    guard let first = parts.first, let last = parts.last, bytes.starts(with: first) else { return false }
    if parts.count == 1 { return bytes.count == first.count }
    guard bytes.count >= first.count + last.count, bytes.suffix(last.count).elementsEqual(last) else { return false }
    // What lies between is looked for from the left, each part as early as it comes.
    var rest = bytes[first.count..<(bytes.count - last.count)]
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] { try await target.likenesses(of: keys) }
}
