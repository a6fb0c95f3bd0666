/// Reads the parts of dates and times from bytes, one after the other; each step answers nil where the text differs.
struct TimeScanner {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { index == bytes.count }

  /// Takes one of two ASCII characters, or the only one that is given.
  mutating func take(_ character: Unicode.Scalar, _ other: Unicode.Scalar? = nil) -> Bool {
    guard index < bytes.count else { return false }
    let found = Unicode.Scalar(bytes[index])
    guard found == character || found == other else { return false }
    index += 1
    return true
  }

  /// Takes exactly so many digits.
  mutating func digits(_ count: Int) -> Int? {
    guard index + count <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[index..<index + count] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    index += count
    return value
  }

  /// Takes `YYYY-MM-DD`.
  mutating func date() -> CivilDate? {
    guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2) else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// Takes `HH:MM:SS` with an optional fraction, which is cut to nanoseconds; the second may be a leap second, 60.
  mutating func time() -> TimeOfDay? {
    guard let hour = digits(2), hour < 24, take(":"), let minute = digits(2), minute < 60, take(":"),
      let second = digits(2), second <= 60
    else { return nil }
    var nanoseconds = 0
    if take(".") {
      var scale = 100_000_000
      let start = index
      while let digit = digits(1) {
        nanoseconds += digit * scale
        scale /= 10
      }
      guard index > start else { return nil }
    }
    return TimeOfDay(hour: hour, minute: minute, second: second, nanoseconds: Int32(nanoseconds))
  }

  /// Takes the offset of RFC 3339, `Z` or `±HH:MM`, in seconds east of Greenwich.
  mutating func offset() -> Int? {
    if take("Z", "z") { return 0 }
    guard let sign = sign(), let hours = digits(2), hours < 24, take(":"), let minutes = digits(2), minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  /// Takes an offset as PostgreSQL writes it, `±HH`, `±HH:MM` or `±HH:MM:SS`, in seconds east of Greenwich.
  mutating func postgresOffset() -> Int? {
    guard let sign = sign(), let hours = digits(2), hours < 24 else { return nil }
    var seconds = hours * 3600
    if take(":") {
      guard let minutes = digits(2), minutes < 60 else { return nil }
      seconds += minutes * 60
      if take(":") {
        guard let rest = digits(2), rest < 60 else { return nil }
        seconds += rest
      }
    }
    return sign * seconds
  }

  private mutating func sign() -> Int? { take("+") ? 1 : take("-") ? -1 : nil }
}

/// A time of day as written, without its offset.
struct TimeOfDay {
  let hour: Int
  let minute: Int
  /// The second; 60 in a leap second.
  let second: Int
  let nanoseconds: Int32

  /// Seconds since midnight.
  var seconds: Int { hour * 3600 + minute * 60 + second }

  /// Whether the second exists: 60 only at 23:59 of UTC, where leap seconds are inserted (RFC 3339 section 5.7).
  func isPlausible(offset: Int) -> Bool {
    guard second == 60 else { return true }
    let utcMinute = ((hour * 60 + minute) * 60 - offset) % 86_400
    return (utcMinute < 0 ? utcMinute + 86_400 : utcMinute) == 86_340
  }
}
