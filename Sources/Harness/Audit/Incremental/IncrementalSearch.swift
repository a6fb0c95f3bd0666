import Postgres
import RFC3339

/// Finds what dangles from what has changed: rows that are new, keys that are gone, and what dangled before.
///
/// A row that dangles now is new, or refers to what it did before; then its key was missing already, or has gone since.
/// Each of these is looked at, so the search hands over all that a full one would.
struct IncrementalSearch: CandidateSearch {
  let referrer: SQLSide
  let refresher: any KeyRefresher
  let state: ReferenceState
  let mark: TableMark
  let recorder: StateRecorder
  let isReferenceIndexed: Bool

  /// Most new rows that are read; with more, reading all is no worse.
  private static let mostRows = 1_000_000

  var plan: [String] {
    [
      "\(referrer.reader.store.name): rows of \(referrer.relation.name) since \(state.readTime), by their "
        + "\(referrer.relation.identity[0]); no other was changed",
      refresher.plan(since: state),
    ]
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    guard let before = try await TableMark.read(referrer) else { throw doubt("the table cannot be marked") }
    recorder.begin(sweptAt: state.sweptAt, mark: before)
    let (newKeys, newRows) = try await newUses()
    guard let after = try await TableMark.read(referrer) else { throw doubt("the table cannot be marked") }
    if let reason = after.doubt(since: mark, newRows: newRows, isReferenceIndexed: isReferenceIndexed) {
      throw doubt(reason)
    }
    let refreshed = try await refresher.refresh(state)
    recorder.list((refreshed.ids, refreshed.readTime), counted: refreshed.counted)
    var seen: Set<Key> = []
    let candidates = (state.dangling + refreshed.deleted + newKeys).filter { key in
      !refresher.codec.isKey(key, in: refreshed.ids) && seen.insert(key).inserted
    }
    recorder.add(candidates)
    try await receive(SearchStep(rowsExamined: newRows, keysCompared: newKeys.count + refreshed.deleted.count))
    for part in candidates.parts(of: Self.candidatesPerStep) {
      try await receive(SearchStep(candidates: part.map { KeyUse(key: $0) }))
    }
  }

  private func doubt(_ reason: String) -> SearchExhausted {
    SearchExhausted(description: "\(referrer.relation.name) may have changed: \(reason)")
  }

  /// The keys of rows with higher numbers than all before, and how many rows those are.
  private func newUses() async throws -> (keys: [Key], rows: Int) {
    let relation = referrer.relation
    let number = relation.column(relation.identity[0])
    let isNew: SQL = mark.highest.map { "\(number) > \($0)" } ?? "true"
    let kinds = referrer.kinds
    let found = try await referrer.reader.currentSnapshot { connection -> (keys: [Key], rows: Int)? in
      let rows = try connection.querySync(
        "SELECT count(*) FROM (SELECT FROM \(relation.from) WHERE \(isNew) LIMIT \(Self.mostRows + 1)) AS r"
      ).rows[0][0].decode(Int.self)
      guard rows <= Self.mostRows else { return nil }
      let columns = zip(relation.columns.map(relation.column), kinds)
      let keys = try connection.querySync(
        """
        SELECT \(SQL.joined(columns.map { $1.keyText($0) }, separator: ", ")) FROM \(relation.from) \
        WHERE \(SQL.joined([isNew] + columns.map { column, _ in "\(column) IS NOT NULL" }, separator: " AND ")) \
        GROUP BY \(SQL.joined(columns.map { $1.grouping($0) }, separator: ", "))
        """
      ).rows.map { row in Key(try kinds.indices.map { try row[$0].decode(String.self) }) }
      return (keys, rows)
    }.value
    guard let found else { throw SearchExhausted(description: "more than \(Self.mostRows) rows are new") }
    return found
  }
}
