import RunModel

/// A way to find the keys that may dangle.
///
/// A search may be wrong in one direction only: what it hands over is proved or dismissed by ``ReferenceReconciler``,
/// but a key that was used and missing from before the search began until after it ended must be handed over.
protocol CandidateSearch: Sendable {
  /// Hands over what was found, step by step; returns when everything has been read.
  ///
  /// Each row is behind at most one of the uses that are handed over. `reading` hears how many rows a long scan has read
  /// so far.
  func search(
    reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void
  ) async throws

  /// How it searches, one line per access, for people.
  var plan: [String] { get }
}

/// A part of a search.
struct SearchStep: Sendable {
  /// Rows or documents of the referrer that were read for it.
  var rowsExamined = 0
  /// Keys that were compared with the other side for it.
  var keysCompared = 0
  /// Keys that may dangle.
  var candidates: [KeyUse] = []
  /// The read of the referent that lacked all of them, when it came after the read that showed them in use.
  var firstAbsent: AbsentKeys?
}

/// A search that cannot go on within its bounds, so that another one must be used.
struct SearchExhausted: Error, CustomStringConvertible {
  /// What it ran out of, for people.
  let description: String
}

extension CandidateSearch {
  /// Most candidates that are handed over at once.
  static var candidatesPerStep: Int { 10_000 }
}
