package import RFC3339

/// A day of the calendar in UTC, `2026-12-31`; whatever expires on it is still good on the day itself.
package struct ExpiryDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The day as RFC 3339 §5.6 writes a `full-date`.
  package let text: String

  static let distantPast = ExpiryDay(unchecked: "0000-01-01")

  /// Reads a day; nil unless the calendar has it.
  package init?(_ text: String) {
    guard RFC3339Grammar.isDate(text) else { return nil }
    self.text = text
  }

  private init(unchecked text: String) { self.text = text }

  /// The day of a moment, or one so many days later.
  package init(_ moment: Timestamp, addingDays days: Int = 0) {
    text = String(moment.adding(seconds: Int64(days) * 86_400).rfc3339.prefix(10))
  }

  package var description: String { text }

  // Digits in fixed places, the largest unit first: the order of the texts is the order of the days.
  package static func < (left: ExpiryDay, right: ExpiryDay) -> Bool { left.text < right.text }
}
