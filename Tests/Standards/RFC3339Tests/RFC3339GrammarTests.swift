import RFC3339
import Testing

@Suite("The grammar of RFC 3339")
struct RFC3339GrammarTests {
  @Test(
    "dates are days of the calendar",
    arguments: [
      ("2024-02-29", true), ("2023-02-29", false), ("0000-02-29", true), ("2024-2-29", false), ("2024-02-29 ", false),
      ("২024-01-01", false),
    ])
  func dates(text: String, isValid: Bool) {
    #expect(RFC3339Grammar.isDate(text) == isValid)
  }

  @Test(
    "times have an offset, and second 60 only at the end of a UTC day",
    arguments: [
      ("08:30:06Z", true), ("08:30:06.283185z", true), ("08:30:06", false), ("23:59:60Z", true), ("22:59:60Z", false),
      ("01:29:60+01:30", true), ("15:59:60-08:00", true), ("24:00:00Z", false), ("01:02:03+24:00", false),
      ("01:02:03+00:60", false),
    ])
  func times(text: String, isValid: Bool) {
    #expect(RFC3339Grammar.isTime(text) == isValid)
  }

  @Test(
    "date-times join both by T",
    arguments: [
      ("1963-06-19T08:30:06.283185Z", true), ("1963-06-19t08:30:06z", true), ("1963-06-19 08:30:06Z", false),
      ("1998-12-31T23:59:60Z", true), ("1998-12-31T23:58:60Z", false),
    ])
  func dateTimes(text: String, isValid: Bool) {
    #expect(RFC3339Grammar.isDateTime(text) == isValid)
  }

  @Test(
    "durations have their units in order without gaps",
    arguments: [
      ("P4DT12H30M5S", true), ("P4Y", true), ("PT0S", true), ("P0D", true), ("P1M", true), ("PT1M", true),
      ("PT36H", true),
      ("P1DT12H", true), ("P2W", true), ("", false), ("P", false), ("PT", false), ("P1", false), ("4DT12H", false),
      ("P1D2H", false), ("P2D1Y", false), ("P1YT", false), ("PT1D", false), ("P1Y2W", false), ("P1YT1H2S", false),
      ("P2Y3D", false), ("P٢Y", false), ("PT1.5S", false),
    ])
  func durations(text: String, isValid: Bool) {
    #expect(RFC3339Grammar.isDuration(text) == isValid)
  }
}
