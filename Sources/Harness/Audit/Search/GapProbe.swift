// Complement push-down. The referent is large but has few gaps; what could dangle lies in the gaps, so the gaps travel to
// the referrer, whose index tells at once that there is nothing in almost all of them. Neither all rows of the referrer
// nor all its keys are ever read, and a stale visibility map costs nothing, because only offending entries are visited.
//
// The referent is read first here, so what is found has still to be looked up again like any other candidate.

import Postgres

/// Finds integer keys in use that lie between those that exist.
struct GapProbe: CandidateSearch {
  let referrer: SQLSide
  /// The other side, in the order of its index.
  let referent: RelationScan
  /// Most gaps that are kept.
  let maximumGaps: Int
  /// Rows that the index answers for, as the store estimates them.
  var referrerRows: Double?

  /// Gaps that are probed in one statement.
  private static let gapsPerStatement = 50_000

  var plan: [String] {
    let rows = referrerRows.map { ", which answers for all of about \(Int($0)) rows" } ?? ""
    return [
      "\(referent.side.reader.store.name): the gaps between the \(referent.side.columns) of "
        + "\(referent.side.relation.name), in order of its index\(referent.partNote)",
      "\(referrer.reader.store.name): each gap probed in the index on \(referrer.columns) of "
        + "\(referrer.relation.name)\(rows)",
    ]
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let gaps = try await gaps(receive)
    for start in stride(from: 0, to: gaps.lows.count, by: Self.gapsPerStatement) {
      let part = start..<min(start + Self.gapsPerStatement, gaps.lows.count)
      let select = referrer.relation.integers(withinAny: Array(gaps.lows[part]), Array(gaps.highs[part]))
      try await referrer.reader.withCursor(over: select, .distinct) { cursor in
        while true {
          let keys = try await cursor.fetch(Self.candidatesPerStep)
          guard !keys.isEmpty else { return }
          try await receive(
            SearchStep(candidates: try keys.map { KeyUse(key: Key([try $0[0].decode(String.self)])) }))
        }
      }
    }
  }

  private func gaps(_ receive: (SearchStep) async throws -> Void) async throws -> IntegerGaps {
    let state = ScanState(IntegerGaps(maximum: maximumGaps)) { _ in }
    let members: Int
    do {
      members = try await referent.integers { numbers in
        try state.change { gaps throws(IntegerGaps.TooMany) in try gaps.insert(numbers) }
      }
    } catch is IntegerGaps.TooMany {
      throw SearchExhausted(
        description:
          "there are more than \(maximumGaps) gaps between the \(referent.side.columns) of \(referent.side.relation.name)"
      )
    }
    try await receive(SearchStep(keysCompared: members))
    var gaps = state.keys
    gaps.finish()
    return gaps
  }
}
