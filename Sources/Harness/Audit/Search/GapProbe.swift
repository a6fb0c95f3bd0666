// Complement push-down. The referent is large but has few gaps; what could dangle lies in the gaps, so the gaps travel to
// the referrer, whose index tells at once that there is nothing in almost all of them. Neither all rows of the referrer
// nor all its keys are ever read, and a stale visibility map costs nothing, because only offending entries are visited.
//
// The referent is read first here, so what is found has still to be looked up again like any other candidate.

import Postgres
import Synchronization

/// Finds integer keys in use that lie between those that exist.
struct GapProbe: CandidateSearch {
  let referrer: SQLRelation
  let referrerReader: SQLReader
  let referent: SQLRelation
  let referentReader: SQLReader
  /// Most gaps that are kept; each takes 16 bytes.
  let maximumGaps: Int
  /// Gaps that are probed in one statement.
  var gapsPerStatement = 50_000

  var plan: [String] {
    [
      "\(referentReader.store.name): the gaps between the \(referent.columns[0]) of \(referent.name), in order of its index",
      "\(referrerReader.store.name): each gap probed in the index on \(referrer.columns[0]) of \(referrer.name)",
    ]
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    let found = try await gaps()
    try await receive(SearchStep(keysCompared: found.members))
    for start in stride(from: 0, to: found.gaps.lows.count, by: gapsPerStatement) {
      let part = start..<min(start + gapsPerStatement, found.gaps.lows.count)
      let select = referrer.integers(
        withinAny: Array(found.gaps.lows[part]), Array(found.gaps.highs[part]))
      try await referrerReader.withCursor(over: select, .distinct) { cursor in
        while true {
          let keys = try await cursor.fetch(Self.candidatesPerStep)
          guard !keys.isEmpty else { return }
          try await receive(
            SearchStep(candidates: try keys.map { KeyUse(key: Key([try $0[0].decode(String.self)])) }))
        }
      }
    }
  }

  private func gaps() async throws -> (members: Int, gaps: IntegerGaps) {
    let members = referent.integers(.index)
    let (maximumGaps, pace) = (maximumGaps, referentReader.pace)
    do {
      return try await referentReader.snapshot(.index) { connection in
        var gaps = IntegerGaps(maximum: maximumGaps)
        let count = try connection.copyIntegersSync(members) { numbers in
          try gaps.insert(numbers)
          try pace.wait(for: numbers.count)
        }
        gaps.finish()
        return (count, gaps)
      }.value
    } catch is IntegerGaps.TooMany {
      throw SearchExhausted(
        description: "there are more than \(maximumGaps) gaps between the \(referent.columns[0]) of \(referent.name)")
    }
  }
}
