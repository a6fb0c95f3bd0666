import RFC3339
import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "instants are read from RFC 3339 and written in UTC",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"),
      ("2026-11-24T02:22:35.123456Z", 1_795_486_955, 123_456_000, "2026-11-24T02:22:35.123456Z"),
      ("2026-11-24t02:22:35.5z", 1_795_486_955, 500_000_000, "2026-11-24T02:22:35.500Z"),
      ("2026-11-24T04:22:35+02:00", 1_795_486_955, 0, "2026-11-24T02:22:35Z"),
      ("2026-11-23T20:52:35.000000001-05:30", 1_795_486_955, 1, "2026-11-24T02:22:35.000000001Z"),
      ("1969-12-31T23:59:59.25Z", -1, 250_000_000, "1969-12-31T23:59:59.250Z"),
      ("0001-01-01T00:00:00Z", -62_135_596_800, 0, "0001-01-01T00:00:00Z"),
      ("9999-12-31T23:59:59.9999999999Z", 253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
      ("2024-02-29T12:00:00Z", 1_709_208_000, 0, "2024-02-29T12:00:00Z"),
      ("1990-12-31T23:59:60Z", 662_688_000, 0, "1991-01-01T00:00:00Z"),
      ("1990-12-31T15:59:60-08:00", 662_688_000, 0, "1991-01-01T00:00:00Z"),
    ] as [(String, Int64, Int32, String)])
  func reading(text: String, seconds: Int64, nanoseconds: Int32, written: String) throws {
    let timestamp = try #require(Timestamp(rfc3339: text))
    #expect(timestamp.seconds == seconds)
    #expect(timestamp.nanoseconds == nanoseconds)
    #expect(timestamp.rfc3339 == written)
    #expect(Timestamp(rfc3339: written) == timestamp)
  }

  @Test(
    "other text is no instant",
    arguments: [
      "", "2026-11-24", "2026-11-24T02:22:35", "2026-11-24 02:22:35Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
      "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00Z ", "26-01-01T00:00:00Z",
      "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2026-01-01T00:00:00.1,5Z",
      "２026-01-01T00:00:00Z",
    ])
  func refused(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(
    "PostgreSQL's text is read with and without a zone",
    arguments: [
      ("2026-11-24 02:22:35.123456", "2026-11-24T02:22:35.123456Z"), ("2026-11-24 02:22:35", "2026-11-24T02:22:35Z"),
      ("2026-11-24 02:22:35+00", "2026-11-24T02:22:35Z"), ("2026-11-24 02:22:35.5+05:30", "2026-11-23T20:52:35.500Z"),
      ("1890-01-01 00:00:00+00:53:28", "1889-12-31T23:06:32Z"), ("2026-11-24 02:22:35-08", "2026-11-24T10:22:35Z"),
    ])
  func postgres(text: String, instant: String) throws {
    let timestamp = try #require(Timestamp(postgres: text))
    #expect(timestamp.rfc3339 == instant)
    #expect(Timestamp(postgres: timestamp.postgres) == timestamp)
  }

  @Test(
    "PostgreSQL's other values are no instant",
    arguments: ["infinity", "-infinity", "0044-03-15 00:00:00 BC", "2026-11-24", "2026-11-24 02:22:35+0"])
  func postgresRefused(text: String) {
    #expect(Timestamp(postgres: text) == nil)
  }

  @Test("texts of fixed precision cut, never round")
  func precision() {
    let timestamp = Timestamp(seconds: 0, nanoseconds: 999_999_999)
    #expect(timestamp.rfc3339Milliseconds == "1970-01-01T00:00:00.999Z")
    #expect(timestamp.rfc3339Microseconds == "1970-01-01T00:00:00.999999Z")
    #expect(timestamp.postgres == "1970-01-01 00:00:00.999999")
    #expect(timestamp.truncatedToMicroseconds() == Timestamp(seconds: 0, nanoseconds: 999_999_000))
    #expect("\(timestamp)" == timestamp.rfc3339)
  }

  @Test("sums carry and differences are exact")
  func arithmetic() {
    let start = Timestamp(seconds: 10, nanoseconds: 900_000_000)
    #expect(start.adding(seconds: 0, nanoseconds: 200_000_000) == Timestamp(seconds: 11, nanoseconds: 100_000_000))
    #expect(start.adding(seconds: -11) == Timestamp(seconds: -1, nanoseconds: 900_000_000))
    #expect(start.adding(seconds: 0, nanoseconds: -901_000_000) == Timestamp(seconds: 9, nanoseconds: 999_000_000))
    #expect(start.adding(.milliseconds(-1900)) == Timestamp(seconds: 9))
    #expect(start.adding(.seconds(1)) - start == .seconds(1))
    #expect(Timestamp(seconds: 5) - start == .milliseconds(-5900))
    #expect(start < start.adding(seconds: 0, nanoseconds: 1))
    #expect(Timestamp(seconds: -1, nanoseconds: 999_999_999) < Timestamp(seconds: 0))
  }

  @Test("what lies beyond the calendar stops at its ends")
  func saturation() {
    #expect(Timestamp(seconds: .max, nanoseconds: .max) == .distantFuture)
    #expect(Timestamp(seconds: .min, nanoseconds: .min) == .distantPast)
    #expect(Timestamp(seconds: 0).adding(seconds: .max, nanoseconds: .max) == .distantFuture)
    #expect(Timestamp(seconds: 0).adding(seconds: .min, nanoseconds: .min) == .distantPast)
    #expect(Timestamp.distantFuture.rfc3339 == "9999-12-31T23:59:59.999999999Z")
    #expect(Timestamp.distantPast.rfc3339 == "0001-01-01T00:00:00Z")
  }

  @Test("every day from 1 to 9999 is written and read back as itself")
  func calendar() {
    // A step of 37 days and 1 hour meets every month, weekday and kind of year many times.
    var timestamp = Timestamp.distantPast
    var count = 0
    while timestamp < Timestamp(seconds: 253_399_000_000) {
      if Timestamp(rfc3339: timestamp.rfc3339) != timestamp { Issue.record("\(timestamp)") }
      timestamp = timestamp.adding(seconds: 37 * 86_400 + 3600)
      count += 1
    }
    #expect(count > 98_000)
  }

  @Test("the clock of the machine moves forward from a time after this was written")
  func systemClock() throws {
    let first = SystemWallClock().now()
    #expect(first > (try #require(Timestamp(rfc3339: "2025-01-01T00:00:00Z"))))
    #expect(first.nanoseconds < 1_000_000_000)
  }
}
