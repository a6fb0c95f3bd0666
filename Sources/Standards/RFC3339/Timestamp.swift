// Instants are whole seconds and nanoseconds, never a Double: a Double of today's seconds resolves no nanoseconds, and
// two stores would seem to disagree about a time that both keep exactly.

/// An instant in UTC, of the years 0001 to 9999 of the proleptic Gregorian calendar.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Whole seconds since 1970-01-01T00:00:00Z, rounded down, without leap seconds; negative before.
  package let seconds: Int64
  /// Nanoseconds after that second, 0 to 999,999,999.
  package let nanoseconds: Int32

  /// The first instant of the year 0001.
  package static let distantPast = Timestamp(unchecked: minimumSeconds, 0)
  /// The last nanosecond of the year 9999.
  package static let distantFuture = Timestamp(unchecked: maximumSeconds, 999_999_999)

  private static let minimumSeconds: Int64 = -62_135_596_800
  private static let maximumSeconds: Int64 = 253_402_300_799

  private init(unchecked seconds: Int64, _ nanoseconds: Int32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// An instant by its distance from 1970.
  ///
  /// Nanoseconds outside 0 to 999,999,999 are carried into the seconds. An instant before the year 0001 or after the
  /// year 9999 becomes ``distantPast`` or ``distantFuture``.
  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self = Timestamp.carrying(seconds: seconds, nanoseconds: Int64(nanoseconds))
  }

  private static func carrying(seconds: Int64, nanoseconds: Int64) -> Timestamp {
    let remainder = nanoseconds % 1_000_000_000
    let rest = remainder < 0 ? remainder + 1_000_000_000 : remainder
    let (whole, overflow) = seconds.addingReportingOverflow((nanoseconds - rest) / 1_000_000_000)
    if overflow { return seconds < 0 ? distantPast : distantFuture }
    if whole < minimumSeconds { return distantPast }
    if whole > maximumSeconds { return distantFuture }
    return Timestamp(unchecked: whole, Int32(rest))
  }

  /// Compares by time.
  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }

  /// The instant with everything below microseconds cut off, as PostgreSQL and Firestore store it.
  package func truncatedToMicroseconds() -> Timestamp {
    Timestamp(unchecked: seconds, nanoseconds - nanoseconds % 1000)
  }

  /// The instant so much later, or earlier when negative; it stops at the years 0001 and 9999.
  package func adding(seconds: Int64, nanoseconds: Int64 = 0) -> Timestamp {
    let (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
    if overflow { return seconds < 0 ? Timestamp.distantPast : Timestamp.distantFuture }
    let carry = nanoseconds / 1_000_000_000
    let (whole, carryOverflow) = sum.addingReportingOverflow(carry)
    if carryOverflow { return carry < 0 ? Timestamp.distantPast : Timestamp.distantFuture }
    return Timestamp.carrying(seconds: whole, nanoseconds: Int64(self.nanoseconds) + nanoseconds % 1_000_000_000)
  }

  /// The instant so much later, or earlier when negative; below a nanosecond the duration is cut off.
  package func adding(_ duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return adding(seconds: seconds, nanoseconds: attoseconds / 1_000_000_000)
  }

  /// How much later the left instant is; negative when it is earlier.
  package static func - (left: Timestamp, right: Timestamp) -> Duration {
    .seconds(left.seconds - right.seconds) + .nanoseconds(Int64(left.nanoseconds) - Int64(right.nanoseconds))
  }

  /// The text of RFC 3339 in UTC.
  package var description: String { rfc3339 }
}
