import RFC3339

/// A moment relative to another, as datasets write it: `now`, `now-3d`, `now+7d2h30m15s`.
struct RelativeTime: Sendable, Hashable {
  /// Seconds after the moment it is relative to; negative before it.
  let seconds: Int64

  /// Reads the text; nil when it is nothing of the kind, or more than 9999 years away.
  init?(_ text: String) {
    guard text.hasPrefix("now") else { return nil }
    var rest = text.dropFirst(3)
    guard let sign = rest.first else {
      seconds = 0
      return
    }
    guard sign == "+" || sign == "-" else { return nil }
    rest = rest.dropFirst()
    guard !rest.isEmpty else { return nil }
    var total: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard !digits.isEmpty, digits.utf8.count <= 12, let count = Int64(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      guard let unit = rest.first, let length = Self.units[unit] else { return nil }
      rest = rest.dropFirst()
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow, product <= Self.limit - total else { return nil }
      total += product
    }
    seconds = sign == "-" ? -total : total
  }

  /// The moment, given the one it is relative to.
  func resolved(at now: Timestamp) -> Timestamp { now.adding(seconds: seconds) }

  private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
  private static let limit: Int64 = 7000 * 366 * 86_400
}
