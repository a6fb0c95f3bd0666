extension Timestamp {
  /// Reads a `date-time` of RFC 3339 section 5.6, with any offset.
  ///
  /// `T` and `Z` may be small; a fraction may have any number of digits and is cut to nanoseconds. A leap second reads
  /// as the second after it. Nil for other text and for instants outside the years 0001 to 9999 in UTC.
  package init?(rfc3339 text: String) {
    var scanner = TimeScanner(text)
    guard let date = scanner.date(), scanner.take("T", "t"), let time = scanner.time(),
      let offset = scanner.offset(), scanner.isAtEnd, time.isPlausible(offset: offset)
    else { return nil }
    self.init(date, time, offset: offset)
  }

  /// Reads a timestamp as PostgreSQL writes it in ISO style: `2026-11-24 02:22:35.123456`, with or without `+00`.
  ///
  /// Without an offset the time is taken as UTC. Nil for other text: `infinity` and years BC have no counterpart here.
  package init?(postgres text: String) {
    var scanner = TimeScanner(text)
    guard let date = scanner.date(), scanner.take(" ", "T"), let time = scanner.time(), time.second < 60 else {
      return nil
    }
    if scanner.isAtEnd {
      self.init(date, time, offset: 0)
    } else {
      guard let offset = scanner.postgresOffset(), scanner.isAtEnd else { return nil }
      self.init(date, time, offset: offset)
    }
  }

  private init?(_ date: CivilDate, _ time: TimeOfDay, offset: Int) {
    let seconds = date.daysSince1970 * 86_400 + Int64(time.seconds) - Int64(offset)
    guard (Timestamp.distantPast.seconds...Timestamp.distantFuture.seconds).contains(seconds) else { return nil }
    self.init(seconds: seconds, nanoseconds: time.nanoseconds)
  }

  /// The text of RFC 3339 in UTC, with 0, 3, 6 or 9 digits of a fraction: as many as the instant needs.
  package var rfc3339: String {
    let digits = nanoseconds == 0 ? 0 : nanoseconds % 1_000_000 == 0 ? 3 : nanoseconds % 1000 == 0 ? 6 : 9
    return text(separator: "T", fractionDigits: digits, suffix: "Z")
  }

  /// The text of RFC 3339 in UTC with milliseconds; what is below is cut off.
  package var rfc3339Milliseconds: String { text(separator: "T", fractionDigits: 3, suffix: "Z") }

  /// The text of RFC 3339 in UTC with microseconds; what is below is cut off.
  package var rfc3339Microseconds: String { text(separator: "T", fractionDigits: 6, suffix: "Z") }

  /// The text of a PostgreSQL `timestamp` in UTC with microseconds and no zone; what is below is cut off.
  package var postgres: String { text(separator: " ", fractionDigits: 6, suffix: "") }

  private func text(separator: Unicode.Scalar, fractionDigits: Int, suffix: String) -> String {
    var days = seconds / 86_400
    var secondOfDay = Int(seconds % 86_400)
    if secondOfDay < 0 {
      secondOfDay += 86_400
      days -= 1
    }
    let date = CivilDate(daysSince1970: days)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    func append(_ value: Int, width: Int) {
      var divisor = 1
      for _ in 1..<width { divisor *= 10 }
      while divisor > 0 {
        bytes.append(0x30 + UInt8(value / divisor % 10))
        divisor /= 10
      }
    }
    append(date.year, width: 4)
    bytes.append(UInt8(ascii: "-"))
    append(date.month, width: 2)
    bytes.append(UInt8(ascii: "-"))
    append(date.day, width: 2)
    bytes.append(UInt8(ascii: separator))
    append(secondOfDay / 3600, width: 2)
    bytes.append(UInt8(ascii: ":"))
    append(secondOfDay / 60 % 60, width: 2)
    bytes.append(UInt8(ascii: ":"))
    append(secondOfDay % 60, width: 2)
    if fractionDigits > 0 {
      bytes.append(UInt8(ascii: "."))
      var fraction = Int(nanoseconds)
      for _ in fractionDigits..<9 { fraction /= 10 }
      append(fraction, width: fractionDigits)
    }
    return String(decoding: bytes, as: UTF8.self) + suffix
  }
}
