// Which path is best depends on the data, not on the rule: how many rows there are, whether an index has the keys in
// order, how many ids are missing between the smallest and the largest, how stale the visibility map is. All of it is
// cheap to know, so it is asked for in every run.

import Firestore
import FirestoreModel
import RunModel

/// Chooses how a reference is decided.
struct ReferencePlanner: Sendable {
  /// Bytes that the keys of one rule may take.
  let memory: Int

  /// Referrers with fewer rows are looked up without further questions: it is as quick, and counts every row.
  var fewRows = 20_000.0

  /// Plans a reference from one PostgreSQL relation to another.
  func plan(
    from: SQLRelation, _ source: CatalogueProbe, to: SQLRelation, _ target: CatalogueProbe
  ) async throws -> ReferencePlan {
    var referrer = try await source.facts(of: from)
    guard referrer.rows > fewRows else {
      return ReferencePlan(
        searches: [PlannedSearch(path: .lookup, estimate: CostModel(referrer).lookup())], referrerRows: referrer.rows)
    }
    let referent = try await target.facts(of: to)
    referrer.heapFetches = try await source.heapFetches(of: from, referrer)
    let model = CostModel(referrer: referrer, referentRows: referent.rows, referentKeyBytes: referent.keyBytes)
    var searches = [PlannedSearch(path: .lookup, estimate: model.lookup())]
    let orders: [ScanOrder] = referrer.index == nil ? [.heap] : [.heap, .distinct]
    searches += orders.map { PlannedSearch(path: .digests($0), estimate: model.digests($0)) }
    if source.kinds == [.integer], target.kinds == [.integer] {
      let span = referrer.bounds.map { Double($0.upperBound) - Double($0.lowerBound) }
      searches += orders.map { PlannedSearch(path: .bitmap($0), estimate: model.bitmap($0, span: span)) }
      if referrer.index != nil, referent.index != nil, let missing = referent.missingIntegers {
        searches.append(PlannedSearch(path: .gaps, estimate: model.gaps(missing)))
      }
    }
    return ReferencePlan(
      searches: ranked(searches), referrerRows: referrer.rows, referentRows: referent.rows)
  }

  /// Plans a reference from a PostgreSQL relation to a collection.
  func plan(
    from: SQLRelation, _ source: CatalogueProbe, to: FirestoreRelation, _ client: FirestoreClient
  ) async throws -> ReferencePlan {
    var referrer = try await source.facts(of: from)
    guard referrer.rows > fewRows else {
      return ReferencePlan(
        searches: [PlannedSearch(path: .lookup, estimate: CostModel(referrer).documentLookup())],
        referrerRows: referrer.rows)
    }
    referrer.heapFetches = try await source.heapFetches(of: from, referrer)
    let documents = Double(try await client.count(to.query, parent: to.collection.parent))
    let model = CostModel(referrer: referrer, referentRows: documents, referentKeyBytes: referrer.keyBytes)
    let orders: [ScanOrder] = referrer.index == nil ? [.heap] : [.heap, .distinct]
    let digests = orders.map { PlannedSearch(path: .digests($0), estimate: model.documentDigests($0)) }
    let lookup = PlannedSearch(path: .lookup, estimate: model.documentLookup())
    // Reads are money, time is not; where both read about as much, time decides.
    let isScanCheaper = documents <= 1.5 * lookup.estimate.firestoreReads
    let scans = ranked(digests)
    return ReferencePlan(
      searches: isScanCheaper ? scans + [lookup] : [lookup] + scans, referrerRows: referrer.rows,
      referentRows: documents)
  }

  /// The quickest first; what does not fit into memory comes behind all that does.
  private func ranked(_ searches: [PlannedSearch]) -> [PlannedSearch] {
    func fits(_ search: PlannedSearch) -> Bool {
      // Digests fit into any memory, at the price of more passes.
      if case .digests = search.path { return search.estimate.memory <= 4 * Double(memory) }
      return search.estimate.memory <= Double(memory)
    }
    return searches.sorted { one, other in
      fits(one) == fits(other) ? one.estimate.seconds < other.estimate.seconds : fits(one)
    }
  }
}

extension CostModel {
  /// A model that knows the referrer only.
  init(_ referrer: RelationFacts) { self.init(referrer: referrer, referentRows: 0, referentKeyBytes: 0) }
}
