import RunModel

/// A way to decide a reference, and what it is expected to take.
struct PlannedSearch: Sendable {
  /// The ways there are.
  enum Path: Sendable, Hashable {
    /// Every key in use is looked up.
    case lookup
    /// The gaps between the keys that exist are probed in the referrer's index.
    case gaps
    /// Both sides are read, a bit for each integer.
    case bitmap(ScanOrder)
    /// Both sides are read, a digest for each key.
    case digests(ScanOrder)
  }

  let path: Path
  let estimate: Estimate
}

/// What a way to decide a rule is expected to take.
struct Estimate: Sendable, Hashable {
  /// Seconds, on a machine like the one that the constants were measured on.
  var seconds = 0.0
  /// Bytes that travel from the stores.
  var bytes = 0.0
  /// Documents that Firestore bills.
  var firestoreReads = 0.0
  /// Bytes that keys take in memory at once.
  var memory = 0.0
}

/// The ways to decide a reference, the best first; a way that turns out not to work is followed by the next.
struct ReferencePlan: Sendable {
  var searches: [PlannedSearch]
  /// Rows of the referrer, as the store estimates them; nil when nobody asked.
  var referrerRows: Double?
  /// Rows or documents of the referent.
  var referentRows: Double?
}
