// Services pass X-Request-ID on and keep it beside what they write, in a log of requests or in the row itself. A run knows
// the ids that its own cases sent, so the rows that name one of them are found by it: all at once, before any rule is
// decided, because the findings are not known yet and the ids are.

import Firestore
import FirestoreModel
import Postgres
import RunModel

/// An object whose rows name the request that wrote them.
struct RequestLog: Sendable {
  /// Its name in the contract.
  let object: String
  /// Its rows by the property that holds the request's id.
  let relation: Relation

  /// Requests that are looked for at once.
  private static let idsPerRead = 5_000
  /// Rows of one reading that are noted.
  private static let rowsPerRead = 50_000

  /// Tells a journal which rows its requests wrote.
  func read(for journal: WriteJournal, _ access: StoreAccess) async throws {
    for part in journal.requestIDs.parts(of: Self.idsPerRead) {
      try Task.checkCancellation()
      switch relation {
      case .sql(let relation): try await read(part, relation, access.reader(relation.store), journal)
      case .firestore(let relation): try await read(part, relation, access.client(relation.store), journal)
      }
    }
  }

  private func read(
    _ ids: ArraySlice<String>, _ relation: SQLRelation, _ reader: SQLReader, _ journal: WriteJournal
  ) async throws {
    let side = try await SQLSide(relation, reader: reader)
    // An id that the column cannot hold is in none of its rows.
    let uses = ids.filter { side.kinds[0].admits($0) }.map { KeyUse(key: Key([$0])) }
    let rows = try await side.source.rows(of: uses, limit: Self.rowsPerRead)
    for row in rows.sample { journal.note(row: row.identity, of: object, names: row.key.parts[0]) }
  }

  private func read(
    _ ids: ArraySlice<String>, _ relation: FirestoreRelation, _ client: FirestoreClient, _ journal: WriteJournal
  ) async throws {
    let field = relation.fields[0]
    for part in Array(ids).parts(of: FirestoreRelation.valuesPerQuery) {
      let query = relation.query(field, isIn: part.map { .string($0) })
      try await client.scan(query, parent: relation.collection.parent) { document in
        guard let id = FirestoreRelation.value(of: field, in: document)?.keyText else { return }
        journal.note(row: [Finding.Field(relation.idName, document.name.path.id)], of: object, names: id)
      }
    }
  }
}
