// Why a finding is believed. Two stores share no snapshot, so a key that is missing may only be late, or its row
// may be gone by now. The reconciler therefore reads the referrer before the referent (a referent that only grows
// can then never be blamed wrongly) and turns a missing key into a finding only through a sandwich: absent at the
// referent, its rows still present at the referrer, absent again. A key that is never reused and fails all three
// was dangling at the moment in the middle, whatever was written meanwhile: it was given out before the first look (the
// referrer's row had it by then), and what is missing before and after, and does not come back, is missing between. What
// may come back must rest on the same before and after (a double collect; `AbsenceVersion` tells on what).
//
// The reads of the sandwich follow one another, each a picture of its store no older than its request. That order is
// the whole proof, so nothing here may be made concurrent.

import RunModel

/// Decides one reference between two stores in bounded memory.
struct ReferenceReconciler: Sendable {
  let referrer: any KeySource
  let referent: any KeyTarget
  /// Finds what may dangle.
  let search: any CandidateSearch
  /// Rows, and missing keys, that are kept; all are counted.
  let sampleLimit: Int

  /// Looks every key up unless there is a better way.
  init(
    referrer: any KeySource, referent: any KeyTarget, search: (any CandidateSearch)? = nil, sampleLimit: Int
  ) {
    self.referrer = referrer
    self.referent = referent
    self.search = search ?? KeyLookup(referrer: referrer, referent: referent)
    self.sampleLimit = sampleLimit
  }

  /// What reconciling has shown so far.
  struct Outcome: Sendable {
    var rowsExamined = 0
    var keysCompared = 0
    var findingCount = 0
    var violations: [Violation] = []
    /// Keys that are missing, all of them.
    var missingCount = 0
    /// The first of them.
    var missing: [MissingKey] = []
    /// Rows that use keys of which nothing is proved.
    var suspectCount = 0
    /// The first of those keys.
    var suspects: [SuspectKey] = []
  }

  /// A key that is missing, with the number of rows that use it.
  struct MissingKey: Sendable, Hashable {
    let key: Key
    let rowCount: Int
  }

  /// A key that may be missing, with the number of rows that use it.
  struct SuspectKey: Sendable, Hashable {
    let key: Key
    let rowCount: Int
    let reason: Reason

    /// Why it is no finding.
    enum Reason: Sendable, Hashable {
      /// The rows are too young for anything to be held against them.
      case recent
      /// What the key rests on changed while it was looked at, every time.
      case unsettled
    }
  }

  /// A row whose key is proved to be missing.
  struct Violation: Sendable {
    let row: KeyedRows.Row
    let witness: Witness
  }

  /// The three reads that prove it.
  struct Witness: Sendable, Hashable {
    let firstAbsent: ReadPosition
    let present: ReadPosition
    let secondAbsent: ReadPosition
  }

  /// Reads everything once; `progress` hears the rows examined so far.
  func run(progress: @escaping @Sendable (Int) -> Void) async throws -> Outcome {
    var outcome = Outcome()
    var postponed: [SearchStep] = []
    var postponedCount = 0
    try await search.search(reading: progress) { step in
      try Task.checkCancellation()
      outcome.rowsExamined += step.rowsExamined
      outcome.keysCompared += step.keysCompared
      if referrer.holdsReplayBack, postponedCount + step.candidates.count <= Self.mostPostponed {
        // Waiting for the replica while its snapshot is open would be waiting for ourselves.
        if !step.candidates.isEmpty { postponed.append(step) }
        postponedCount += step.candidates.count
      } else if !step.candidates.isEmpty {
        try await judge(step, &outcome)
      }
      progress(outcome.rowsExamined)
    }
    for step in postponed { try await judge(step, &outcome) }
    return outcome
  }

  /// Most candidates that wait for the end of the search.
  private static let mostPostponed = 50_000
  /// How often what changes while it is judged is judged again, before it is only suspect.
  private static let mostLooks = 20
  /// How often at least, and after what time no more than that, where a look takes a store long.
  private static let (fewLooks, longLooks) = (3, Duration.seconds(10))

  private func judge(_ step: SearchStep, _ outcome: inout Outcome) async throws {
    let room = max(0, sampleLimit - outcome.violations.count)
    var candidates = step.candidates
    var first: AbsentKeys
    if let known = step.firstAbsent {
      first = known
    } else {
      first = try await referent.absent(among: candidates.map(\.key))
      candidates = candidates.only(first.keys)
    }
    let start = ContinuousClock.now
    var looks = 1
    while !candidates.isEmpty {
      let rows = try await referrer.rows(of: candidates, limit: room)
      let used = candidates.filter { rows.counts[$0.key, default: 0] > 0 || rows.recent[$0.key, default: 0] > 0 }
      guard !used.isEmpty else { return }
      let second = try await referent.absent(among: used.map(\.key))
      // Who came back and went again meanwhile may have been there at the moment in the middle.
      let changed = second.keys.filter { first.versions[$0] != second.versions[$0] }
      let isLong = looks >= Self.fewLooks && ContinuousClock.now - start > Self.longLooks
      if !changed.isEmpty, looks < Self.mostLooks, !isLong {
        (candidates, first) = (used.only(second.keys), second)
        looks += 1
        continue
      }
      let proved = second.leavingOut(Set(changed))
      for key in changed {
        let count = rows.counts[key, default: 0] + rows.recent[key, default: 0]
        outcome.suspect(key, count, .unsettled, limit: sampleLimit)
      }
      let missing = Set(proved.keys)
      let count = proved.keys.reduce(0) { $0 + rows.counts[$1, default: 0] }
      let sample = rows.sample.filter { missing.contains($0.key) }
      guard sample.count >= min(room, count) || proved.keys.count == used.count else {
        // Rows of keys that turned up took the sample's room: look again at those that did not. They are fewer.
        (candidates, first) = (used.only(proved.keys), proved)
        continue
      }
      let witness = Witness(firstAbsent: first.position, present: rows.position, secondAbsent: proved.position)
      outcome.findingCount += count
      outcome.violations += sample.map { Violation(row: $0, witness: witness) }
      outcome.count(proved.keys, rows, limit: sampleLimit)
      return
    }
  }
}

extension AbsentKeys {
  /// The others.
  fileprivate func leavingOut(_ some: Set<Key>) -> AbsentKeys {
    AbsentKeys(keys: some.isEmpty ? keys : keys.filter { !some.contains($0) }, position: position, versions: versions)
  }
}

extension ReferenceReconciler.Outcome {
  /// Takes keys that are missing, with the rows that use them.
  fileprivate mutating func count(_ keys: [Key], _ rows: KeyedRows, limit: Int) {
    for key in keys {
      let judged = rows.counts[key, default: 0]
      if judged > 0 {
        missingCount += 1
        if missing.count < limit { missing.append(.init(key: key, rowCount: judged)) }
      }
      suspect(key, rows.recent[key, default: 0], .recent, limit: limit)
    }
  }

  /// Takes a key of which nothing is proved, with the number of rows that use it.
  fileprivate mutating func suspect(
    _ key: Key, _ rowCount: Int, _ reason: ReferenceReconciler.SuspectKey.Reason, limit: Int
  ) {
    guard rowCount > 0 else { return }
    suspectCount += rowCount
    if suspects.count < limit { suspects.append(.init(key: key, rowCount: rowCount, reason: reason)) }
  }
}
