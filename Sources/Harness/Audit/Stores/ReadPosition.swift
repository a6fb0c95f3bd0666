import RFC3339

/// When, and where in a store's history, a read took place.
struct ReadPosition: Sendable, Hashable {
  /// By the store's own clock; by ours where the store was not asked.
  let at: Timestamp
  /// `LSN 0/16B3748` of PostgreSQL, `readTime 2026-…` of Firestore; nil where the store does not tell.
  let position: String?
}

extension ReadPosition {
  /// A read of Firestore, whose answers carry the time that they are a picture of.
  init(readTime: Timestamp?, clock: any WallClock) {
    self.init(at: readTime ?? clock.now(), position: readTime.map { "readTime \($0.rfc3339Microseconds)" })
  }
}
