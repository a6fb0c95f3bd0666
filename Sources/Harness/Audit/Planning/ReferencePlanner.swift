// Which path is best depends on the data, not on the rule: how many rows there are, whether an index has the keys in
// order, how many ids are missing between the smallest and the largest, how stale the visibility map is. All of it is
// cheap to know, so it is asked for in every run.

import Firestore
import FirestoreModel
import RFC3339
import RunModel

/// Chooses how a reference is decided.
struct ReferencePlanner: Sendable {
  /// Bytes that the keys of one rule may take.
  let memory: Int
  /// Referrers with fewer rows are looked up without further questions: it is as quick, and counts every row.
  var fewRows = 20_000.0

  /// Most gaps between ids that are worth probing, whatever the memory.
  private static let mostGaps = 1 << 20
  /// How many times quicker an audit of what has changed must be than one of everything to be worth what it believes.
  private static let incrementalIsWorth = 2.0
  /// How many times longer an audit of everything may take for keeping what the next one can build on.
  private static let keepingIsWorth = 2.0
  /// How many times the documents that are referred to a collection may have before looking them up is worth its time.
  private static let readingAllIsWorth = 1.5

  /// Plans a reference from one PostgreSQL relation to another.
  ///
  /// `remember` is asked for what is kept of the reference when keys can be kept as a codec writes them.
  func plan(
    from: SQLSide, to: SQLSide, remembering remember: (KeyCodec) throws -> ReferenceMemory? = { _ in nil }
  ) async throws -> ReferencePlan {
    let estimate = try await CatalogueProbe(side: from).estimate()
    let lookup = KeyLookup(referrer: from.source, referent: to.target)
    func plan(_ searches: [PlannedSearch]) -> ReferencePlan {
      ReferencePlan(source: from.source, target: to.target, searches: searches, referrerRows: estimate.rows)
    }
    guard estimate.rows > fewRows else {
      return plan([PlannedSearch(search: lookup, estimate: CostModel(referrer: estimate).lookup())])
    }
    let probe = CatalogueProbe(side: to)
    let referent = try await probe.facts(try await probe.estimate())
    let model = CostModel(
      referrer: try await referrerFacts(from, estimate), referentRows: referent.rows,
      referentKeyBytes: referent.keyBytes)
    let all = scan(of: to, referent)
    var searches = [PlannedSearch(search: self.lookup(from, model, to.target), estimate: model.lookup())]
    for keys in scans(from, model.referrer) {
      searches.append(
        PlannedSearch(
          search: DigestSearch(referrer: keys, referent: all, memory: memory),
          estimate: model.digests(keys.order, in: memory)))
      guard from.isInteger, to.isInteger else { continue }
      searches.append(
        PlannedSearch(
          search: BitmapSearch(referrer: keys, referent: all, memory: memory), estimate: model.bitmap(keys.order)))
    }
    if let used = pages(from, model.referrer), let existing = pages(to, referent), used.codec == existing.codec {
      searches.append(
        PlannedSearch(search: MergeSearch(referrer: used, referent: existing), estimate: model.merge()))
    }
    if from.isInteger, to.isInteger, model.referrer.isIndexed, referent.isIndexed {
      let maximum = min(Self.mostGaps, IntegerGaps.most(in: memory))
      let members = RelationScan(
        side: to, order: .index, rowsPerSnapshot: to.reader.rowsPerSnapshot(of: referent.rows))
      searches.append(
        PlannedSearch(
          search: GapProbe(referrer: from, referent: members, maximumGaps: maximum, referrerRows: estimate.rows),
          estimate: model.gaps(referent)))
    }
    guard let existing = pages(to, referent), let kept = try remember(existing.codec) else {
      return plan(ranked(searches))
    }
    var remembered = plan(
      buildingOn(
        kept, from, TableKeyRefresher(pages: existing, memory: memory, clock: kept.clock), model, ranked(searches)))
    remembered.memory = kept
    return remembered
  }

  /// Plans a reference from a PostgreSQL relation to a collection.
  func plan(
    from: SQLSide, to: FirestoreRelation, _ client: FirestoreClient, _ clock: any WallClock,
    memory kept: ReferenceMemory? = nil
  ) async throws -> ReferencePlan {
    let estimate = try await CatalogueProbe(side: from).estimate()
    let target = FirestoreKeyTarget(relation: to, client: client, clock: clock)
    let lookup = KeyLookup(referrer: from.source, referent: target)
    func plan(_ searches: [PlannedSearch]) -> ReferencePlan {
      ReferencePlan(source: from.source, target: target, searches: searches, referrerRows: estimate.rows)
    }
    guard estimate.rows > fewRows else {
      return plan([PlannedSearch(search: lookup, estimate: CostModel(referrer: estimate).documentLookup())])
    }
    let documents = Double(try await client.count(to.query, parent: to.collection.parent))
    let model = CostModel(
      referrer: try await referrerFacts(from, estimate), referentRows: documents, referentKeyBytes: estimate.keyBytes)
    let lookups = [
      PlannedSearch(search: self.lookup(from, model, target), estimate: model.documentLookup())
    ]
    let stream = FirestoreKeyStream(relation: to, client: client)
    let refresher = kept == nil ? nil : to.writtenAt.map { IDRefresher(relation: to, client: client, writtenAt: $0) }
    var scans = self.scans(from, model.referrer).map { keys in
      PlannedSearch(
        search: recorded(
          keys, kept.map { ListingKeyStream(stream: stream, recorder: $0.recorder) } ?? stream, kept,
          rehearsing: refresher),
        estimate: model.documentDigests(keys.order, in: memory))
    }
    if to.fields == [.documentID], let used = pages(from, model.referrer), used.codec == KeyCodec() {
      scans.append(
        PlannedSearch(
          search: MergeSearch(referrer: used, referent: FirestoreKeyPages(relation: to, client: client)),
          estimate: model.documentMerge()))
    }
    scans = ranked(scans)
    // Reads are money, time is not; where both read about as much, time decides.
    let full = documents <= Self.readingAllIsWorth * model.referrer.keys ? scans + lookups : lookups + scans
    return plan(incremental(from, to, client, kept, model) + full)
  }

  // MARK: What the audit before has kept

  /// A scan of both sides, of which is kept what the next audit can build on.
  private func recorded(
    _ referrer: RelationScan, _ referent: any KeyStream, _ kept: ReferenceMemory?, since sweptAt: Timestamp? = nil,
    rehearsing refresher: IDRefresher? = nil
  ) -> any CandidateSearch {
    let search = DigestSearch(referrer: referrer, referent: referent, memory: memory)
    guard let kept else { return search }
    var recording = RecordingSearch(
      referrer: referrer.side, base: search, recorder: kept.recorder, sweptAt: sweptAt, clock: kept.clock)
    if let refresher {
      recording.rehearse = { try await refresher.rehearse(since: kept.clock.now()) }
    }
    return recording
  }

  /// The searches that build on the audit before: first that of what has changed, then that of all rows, for which
  /// documents are counted only.
  private func incremental(
    _ from: SQLSide, _ to: FirestoreRelation, _ client: FirestoreClient, _ kept: ReferenceMemory?, _ model: CostModel
  ) -> [PlannedSearch] {
    guard let kept, let state = kept.state, let writtenAt = to.writtenAt else { return [] }
    let refresher = IDRefresher(relation: to, client: client, writtenAt: writtenAt)
    let scans = scans(from, model.referrer)
    let keys =
      scans.min { one, other in
        model.documentDigests(one.order, in: memory).seconds < model.documentDigests(other.order, in: memory).seconds
      } ?? scans[0]
    let counted = PlannedSearch(
      search: recorded(
        keys, RefreshedKeyStream(refresher: refresher, state: state, recorder: kept.recorder), kept,
        since: state.sweptAt),
      estimate: model.countedDocuments(keys.order, bytes: Double(state.ids.size)))
    guard let mark = state.mark else { return [counted] }
    let search = IncrementalSearch(
      referrer: from, refresher: refresher, state: state, mark: mark, recorder: kept.recorder,
      isReferenceIndexed: model.referrer.isIndexed)
    return [
      PlannedSearch(search: search, estimate: model.countedDocuments(nil, bytes: Double(state.ids.size))), counted,
    ]
  }

  /// The searches of two tables: that of what has changed, where anything is kept to go by, then those that read
  /// everything, of which one keeps what the next audit can go by.
  ///
  /// A full search that is as quick is better than one that goes by what was kept: it believes nothing. Integers have
  /// such ones, which list no keys.
  private func buildingOn(
    _ kept: ReferenceMemory, _ from: SQLSide, _ refresher: TableKeyRefresher, _ model: CostModel,
    _ full: [PlannedSearch]
  ) -> [PlannedSearch] {
    let listed = ranked(
      scans(from, model.referrer).map { keys in
        PlannedSearch(
          search: recorded(keys, ListingTableStream(refresher: refresher, recorder: kept.recorder), kept),
          estimate: model.listing(keys.order, in: memory))
      })
    let change = model.changedKeys(bytes: Double(kept.state?.ids.size ?? 0))
    guard TableMark.isPossible(from.relation), !from.isInteger, let quickest = full.first?.estimate.seconds,
      change.seconds * Self.incrementalIsWorth < quickest,
      let longest = listed.first?.estimate.seconds, longest < quickest * Self.keepingIsWorth
    else { return full }
    let everything = listed + full
    guard let state = kept.state, let mark = state.mark else { return everything }
    let search = IncrementalSearch(
      referrer: from, refresher: refresher, state: state, mark: mark, recorder: kept.recorder,
      isReferenceIndexed: model.referrer.isIndexed)
    return [PlannedSearch(search: search, estimate: change)] + everything
  }

  private func referrerFacts(_ side: SQLSide, _ estimate: RelationFacts) async throws -> RelationFacts {
    let probe = CatalogueProbe(side: side)
    var facts = try await probe.facts(estimate)
    facts.heapFetches = try await probe.heapFetches(facts)
    return facts
  }

  // MARK: How a relation is read

  /// The ways to read all keys of a relation, each in snapshots that are short where that can be.
  private func scans(_ side: SQLSide, _ facts: RelationFacts) -> [RelationScan] {
    let whole = scan(of: side, facts)
    guard facts.isIndexed else { return [whole] }
    return [
      whole,
      RelationScan(side: side, order: .distinct, rowsPerSnapshot: side.reader.rowsPerSnapshot(of: facts.rows)),
    ]
  }

  /// Every row of a relation: as it lies on disk, or, when that would take long, in the order of the primary key.
  func scan(of side: SQLSide, _ facts: RelationFacts) -> RelationScan {
    guard let size = side.reader.rowsPerSnapshot(of: facts.rows), let kinds = facts.identityKinds else {
      return RelationScan(side: side, order: .heap)
    }
    return RelationScan(side: side, order: .rows, rowsPerSnapshot: size, identityKinds: kinds)
  }

  /// The keys of a relation in the order of their bytes, where an index has them so.
  private func pages(_ side: SQLSide, _ facts: RelationFacts) -> SQLKeyPages? {
    guard facts.isIndexed, let codec = KeyCodec(side.kinds, hasByteOrder: facts.hasByteOrder) else { return nil }
    return SQLKeyPages(side: side, codec: codec)
  }

  /// Every key looked up, page by page where an index has them in order.
  private func lookup(_ from: SQLSide, _ model: CostModel, _ target: any KeyTarget) -> KeyLookup {
    var source = from.source
    source.isPaged = model.referrer.isIndexed
    return KeyLookup(referrer: source, referent: target)
  }

  /// The quickest first; what does not fit into memory comes behind all that does.
  func ranked(_ searches: [PlannedSearch]) -> [PlannedSearch] {
    func fits(_ planned: PlannedSearch) -> Bool { planned.estimate.memory <= Double(memory) }
    return searches.sorted { one, other in
      fits(one) == fits(other) ? one.estimate.seconds < other.estimate.seconds : fits(one)
    }
  }
}
