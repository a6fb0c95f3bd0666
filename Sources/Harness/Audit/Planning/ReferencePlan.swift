import RunModel

/// A way to decide a reference, and what it is expected to take.
struct PlannedSearch: Sendable {
  let search: any CandidateSearch
  let estimate: Estimate
}

/// What a way to decide a rule is expected to take.
struct Estimate: Sendable, Hashable {
  /// Seconds, on a machine like the one that the constants were measured on.
  var seconds = 0.0
  /// Bytes that travel from the stores.
  var bytes = 0.0
  /// Documents that Firestore bills.
  var firestoreReads = 0.0
  /// Bytes that keys take in memory at once.
  var memory = 0.0
}

/// A reference with the ways to decide it, the best first; one that turns out not to work is followed by the next.
struct ReferencePlan: Sendable {
  let source: any KeySource
  var target: any KeyTarget
  var searches: [PlannedSearch]
  /// What else there is to say of every one of them, for people.
  var notes: [String] = []
  /// What is known of the audit before, and where is noted what the next may know.
  var memory: ReferenceMemory?
  /// Rows of the referrer, as the store estimates them; nil when nobody asked.
  var referrerRows: Double?

  /// Searches until one of them works; answers how it went.
  func run(
    sampleLimit: Int, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> (outcome: ReferenceReconciler.Outcome, plan: [String]) {
    var notes = self.notes
    for planned in searches {
      let search = planned.search
      do {
        let reconciler = ReferenceReconciler(
          referrer: source, referent: target, search: search, sampleLimit: sampleLimit)
        return (try await reconciler.run(progress: progress), search.plan + notes)
      } catch let exhausted as SearchExhausted {
        notes.append("given up before: \(search.plan.joined(separator: "; ")), because \(exhausted)")
      }
    }
    throw RuleError(message: "no way to read the reference is left; \(notes.joined(separator: "; "))")
  }
}
