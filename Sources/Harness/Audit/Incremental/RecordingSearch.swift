import Firestore
import RFC3339

/// A full search, of which is kept what the next one can build on.
struct RecordingSearch: CandidateSearch {
  let referrer: SQLSide
  let base: any CandidateSearch
  let recorder: StateRecorder
  /// When everything was read the last time; nil when this search does.
  var sweptAt: Timestamp?
  let clock: any WallClock
  /// Asks for what the next audit will ask for; nil when nothing else is asked then than now.
  var rehearse: (@Sendable () async throws -> Void)?

  var plan: [String] {
    base.plan + (recorder.refusal.map { ["the next audit reads everything again: \($0)"] } ?? [])
  }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    // Before anything is read: what changes meanwhile is then counted as a change.
    recorder.begin(sweptAt: sweptAt ?? clock.now(), mark: try await TableMark.read(referrer))
    try await base.search(reading: reading) { step in
      recorder.add(step.candidates.lazy.map(\.key))
      try await receive(step)
    }
    do {
      try await rehearse?()
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      // This audit is decided none the less.
      recorder.forget(because: RuleError.reason(of: error))
    }
  }
}

/// The ids of a collection, read as a whole and listed on the way.
struct ListingKeyStream: KeyStream {
  let stream: FirestoreKeyStream
  let recorder: StateRecorder

  var plan: String { stream.plan }

  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    let (count, listing) = try await stream.listing(digester, receive)
    recorder.list(listing)
    return count
  }
}

/// The keys of a referent as they were listed, brought up to date.
struct RefreshedKeyStream: KeyStream {
  let refresher: any KeyRefresher
  let state: ReferenceState
  let recorder: StateRecorder

  var plan: String { refresher.plan(since: state) }

  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    let refreshed = try await refresher.refresh(state)
    recorder.list((refreshed.ids, refreshed.readTime), counted: refreshed.counted)
    try refreshed.ids.digests(digester, refresher.codec, receive)
    return refreshed.ids.count
  }
}

extension IDRefresher {
  /// How the collection is read, one line for people.
  func plan(since state: ReferenceState) -> String {
    let ranges = max(1, (state.ids.count + rangeSize - 1) / rangeSize)
    return
      "\(relation.store): documents of \(relation.collection) whose \(writtenAt) is after \(state.readTime), and a count "
      + "of each of \(ranges) ranges that held \(state.ids.count)"
  }
}
