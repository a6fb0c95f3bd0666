package import RFC3339

/// An instant of a store: whole microseconds since 1970, the precision of Firestore's times.
package struct StoreTime: Sendable, Hashable, Comparable {
  package let microseconds: Int64

  /// Takes microseconds since 1970.
  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Cuts a timestamp to microseconds.
  package init(_ timestamp: Timestamp) {
    self.init(microseconds: timestamp.seconds * 1_000_000 + Int64(timestamp.nanoseconds) / 1_000)
  }

  /// The instant as a timestamp.
  package var timestamp: Timestamp {
    let (seconds, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return remainder < 0
      ? Timestamp(seconds: seconds - 1, nanoseconds: Int32(remainder + 1_000_000) * 1_000)
      : Timestamp(seconds: seconds, nanoseconds: Int32(remainder) * 1_000)
  }

  /// Whether `left` is earlier.
  package static func < (left: StoreTime, right: StoreTime) -> Bool {
    left.microseconds < right.microseconds
  }
}
