import Firestore
import RFC3339

/// A reference with its plan: both sides, ready to be read.
struct PlannedReference: Sendable {
  let source: any KeySource
  let target: any KeyTarget
  let plan: ReferencePlan
  /// Makes the search of a path.
  let search: @Sendable (PlannedSearch.Path) -> any CandidateSearch

  /// Searches until one of them works; answers how it went.
  func run(
    sampleLimit: Int, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> (outcome: ReferenceReconciler.Outcome, plan: [String]) {
    var notes: [String] = []
    for (place, planned) in plan.searches.enumerated() {
      let search = search(planned.path)
      do {
        let reconciler = ReferenceReconciler(
          referrer: source, referent: target, search: search, sampleLimit: sampleLimit)
        return (try await reconciler.run(progress: progress), search.plan + notes)
      } catch let exhausted as SearchExhausted where place + 1 < plan.searches.count {
        notes.append("given up before: \(search.plan.joined(separator: "; ")), because \(exhausted)")
      }
    }
    throw RuleError(message: "no way to read the reference is left")
  }
}

extension PlannedReference {
  /// Most gaps between ids that are worth probing, whatever the memory.
  private static let mostGaps = 1 << 20

  /// A reference between two PostgreSQL relations.
  init(
    _ from: SQLRelation, _ source: CatalogueProbe, _ to: SQLRelation, _ target: CatalogueProbe, _ plan: ReferencePlan,
    memory: Int
  ) {
    let keys = SQLKeySource(relation: from, reader: source.reader, kinds: source.kinds)
    let lookup = SQLKeyTarget(relation: to, reader: target.reader, kinds: target.kinds)
    self.init(source: keys, target: lookup, plan: plan) { path in
      switch path {
      case .lookup: KeyLookup(referrer: keys, referent: lookup)
      case .gaps:
        GapProbe(
          referrer: from, referrerReader: source.reader, referent: to, referentReader: target.reader,
          maximumGaps: min(Self.mostGaps, memory / 16))
      case .bitmap(let order):
        BitmapSearch(
          referrer: from, referrerReader: source.reader, order: order, referent: to, referentReader: target.reader,
          memory: memory)
      case .digests(let order):
        DigestSearch(
          referrer: SQLKeyStream(relation: from, reader: source.reader, kinds: source.kinds, order: order),
          referent: SQLKeyStream(relation: to, reader: target.reader, kinds: target.kinds, order: .heap),
          memory: memory)
      }
    }
  }

  /// A reference from a PostgreSQL relation to a collection; only plans without integers are made for it.
  init(
    _ from: SQLRelation, _ source: CatalogueProbe, _ to: FirestoreRelation, _ client: FirestoreClient,
    _ plan: ReferencePlan, _ clock: any WallClock, memory: Int
  ) {
    let keys = SQLKeySource(relation: from, reader: source.reader, kinds: source.kinds)
    let lookup = FirestoreKeyTarget(relation: to, client: client, clock: clock)
    self.init(source: keys, target: lookup, plan: plan) { path in
      switch path {
      case .lookup, .gaps, .bitmap: KeyLookup(referrer: keys, referent: lookup)
      case .digests(let order):
        DigestSearch(
          referrer: SQLKeyStream(relation: from, reader: source.reader, kinds: source.kinds, order: order),
          referent: FirestoreKeyStream(relation: to, client: client), memory: memory)
      }
    }
  }

  /// A reference whose keys are all looked up.
  init(looking source: any KeySource, in target: any KeyTarget) {
    let plan = ReferencePlan(searches: [PlannedSearch(path: .lookup, estimate: Estimate())])
    self.init(source: source, target: target, plan: plan) { _ in KeyLookup(referrer: source, referent: target) }
  }
}
