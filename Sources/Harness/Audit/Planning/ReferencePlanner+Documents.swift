// References of documents. Each document is a read, whatever is done with it, so what is left to choose is how its key is
// looked up: one by one, which reads no more of the other side than is referred to, or among all keys of the other side,
// which takes a fraction of the time.

import Firestore
import FirestoreModel
import RFC3339

extension ReferencePlanner {
  /// How often a document must be referred to on average before reading all of them is taken to be no waste.
  private static let usesPerDocument = 2.0

  /// Plans a reference from a collection to a PostgreSQL relation.
  func plan(from source: FirestoreKeySource, to: SQLSide) async throws -> ReferencePlan {
    let documents = try await count(source.relation, source.client)
    let lookup = PlannedSearch(
      search: KeyLookup(referrer: source, referent: to.target, memory: rememberedBytes),
      estimate: CostModel.documents(documents, lookedUpAmong: nil, remembering: rememberedBytes))
    var searches = [lookup]
    if documents > fewRows {
      let probe = CatalogueProbe(side: to)
      let facts = try await probe.facts(try await probe.estimate())
      let estimate = CostModel.membership(
        documents, of: facts.rows, keyBytes: facts.keyBytes, isInFirestore: false)
      searches = ranked([
        PlannedSearch(
          search: MembershipSearch(referrer: source, referent: scan(of: to, facts), memory: memory),
          estimate: estimate), lookup,
      ])
    }
    return ReferencePlan(source: source, target: to.target, searches: searches, referrerRows: documents)
  }

  /// Plans a reference from a collection to another.
  func plan(
    from source: FirestoreKeySource, to: FirestoreRelation, _ client: FirestoreClient, _ clock: any WallClock
  ) async throws -> ReferencePlan {
    let target = FirestoreKeyTarget(relation: to, client: client, clock: clock)
    let documents = try await count(source.relation, source.client)
    let lookup = KeyLookup(referrer: source, referent: target, memory: rememberedBytes)
    func plan(_ searches: [PlannedSearch]) -> ReferencePlan {
      ReferencePlan(source: source, target: target, searches: searches, referrerRows: documents)
    }
    guard documents > fewRows else {
      return plan([
        PlannedSearch(
          search: lookup,
          estimate: CostModel.documents(documents, lookedUpAmong: documents, remembering: rememberedBytes))
      ])
    }
    let referents = try await count(to, client)
    let lookedUp = PlannedSearch(
      search: lookup,
      estimate: CostModel.documents(documents, lookedUpAmong: referents, remembering: rememberedBytes))
    let passedBy = PlannedSearch(
      search: MembershipSearch(
        referrer: source, referent: FirestoreKeyStream(relation: to, client: client), memory: memory),
      estimate: CostModel.membership(documents, of: referents, keyBytes: 0, isInFirestore: true))
    // Looking up never reads more; how much less, nobody knows before. Where documents are many times as many as those
    // that they refer to, it is nothing.
    return plan(
      referents * Self.usesPerDocument <= documents ? ranked([passedBy, lookedUp]) : [lookedUp, passedBy])
  }

  /// Bytes for remembering keys: the look-up needs its own part of the memory.
  private var rememberedBytes: Int { memory / 2 }

  private func count(_ relation: FirestoreRelation, _ client: FirestoreClient) async throws -> Double {
    Double(try await client.count(relation.query, parent: relation.collection.parent))
  }
}
