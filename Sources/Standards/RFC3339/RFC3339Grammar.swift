/// Whether text has one of the forms that RFC 3339 defines, as the formats of JSON Schema ask for it.
package enum RFC3339Grammar {
  /// Whether the text is a `full-date` of section 5.6 that the calendar has, the year 0000 included.
  package static func isDate(_ text: String) -> Bool {
    var scanner = TimeScanner(text)
    return isDate(&scanner) && scanner.isAtEnd
  }

  /// Whether the text is a `full-time` of section 5.6; second 60 only where UTC has its leap seconds.
  package static func isTime(_ text: String) -> Bool {
    var scanner = TimeScanner(text)
    return isTime(&scanner) && scanner.isAtEnd
  }

  /// Whether the text is a `date-time` of section 5.6.
  package static func isDateTime(_ text: String) -> Bool {
    var scanner = TimeScanner(text)
    return isDate(&scanner) && scanner.take("T", "t") && isTime(&scanner) && scanner.isAtEnd
  }

  /// Whether the text is a `duration` of appendix A: `P4W`, or `P` with years to days and `T` with hours to seconds.
  package static func isDuration(_ text: String) -> Bool {
    var rest = Substring(text)
    guard rest.popFirst() == "P" else { return false }
    if rest.utf8.last == UInt8(ascii: "W") { return isDigits(rest.dropLast()) }
    let halves = rest.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    // The units of a half stand in order and without gaps: PT1H2S and P1Y2D are not of this grammar.
    guard let date = units(in: halves[0], of: "YMD") else { return false }
    guard halves.count == 2 else { return date > 0 }
    return (units(in: halves[1], of: "HMS") ?? 0) > 0
  }

  private static func isDate(_ scanner: inout TimeScanner) -> Bool {
    var year = scanner
    // A calendar repeats every 400 years, so the year 0 is checked as the year 400.
    guard let number = year.digits(4), year.take("-") else { return false }
    guard number == 0 else { return scanner.date() != nil }
    guard let month = year.digits(2), year.take("-"), let day = year.digits(2) else { return false }
    scanner = year
    return CivilDate(year: 400, month: month, day: day) != nil
  }

  private static func isTime(_ scanner: inout TimeScanner) -> Bool {
    guard let time = scanner.time(), let offset = scanner.offset() else { return false }
    return time.isPlausible(offset: offset)
  }

  /// How many units the text has, or nil when it is not made of numbered units that follow each other in the list.
  private static func units(in text: Substring, of list: String) -> Int? {
    var units = Substring(list)
    var count = 0
    var rest = text
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard !digits.isEmpty, let unit = rest.popFirst(), let position = units.firstIndex(of: unit) else { return nil }
      guard count == 0 || position == units.startIndex else { return nil }
      units = units[units.index(after: position)...]
      count += 1
    }
    return count
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
