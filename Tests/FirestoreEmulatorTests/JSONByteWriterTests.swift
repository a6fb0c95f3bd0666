import FirestoreEmulator
import FirestoreModel
import JSON
import RFC3339
import Testing

@Suite("Writing JSON straight to bytes")
struct JSONByteWriterTests {
  private func written(_ write: (inout JSONByteWriter) -> Void) -> String {
    var writer = JSONByteWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(
    "values read back as what was written",
    arguments: [
      FirestoreValue.null, .boolean(true), .boolean(false), .integer(.min), .integer(.max), .integer(0), .double(1e300),
      .double(-0.0), .double(.nan), .double(-.infinity), .double(.leastNonzeroMagnitude),
      .string("\"\\\n\u{1}\u{1F}é😀\u{2028}"),
      .bytes([0, 255]), .geoPoint(latitude: 0, longitude: -3.5), .geoPoint(latitude: 1, longitude: 2), .array([]),
      .map([:]),
      .array([.map(["a\"b": .array([.null])])]), .reference("projects/p/databases/d/documents/c/a"),
      .timestamp(Timestamp(seconds: -62_135_596_800)), .timestamp(Timestamp(seconds: -1, nanoseconds: 999_999_000)),
      .timestamp(Timestamp(seconds: 253_402_300_799, nanoseconds: 120_000_000)),
    ])
  func values(_ value: FirestoreValue) throws {
    let text = written { $0.value(value) }
    #expect(try FirestoreValue(json: JSONValue(parsing: text)) == value, "\(text)")
    #expect(try JSONValue(parsing: text) == value.json)
  }

  @Test("times have no, three or six digits, also when a cached second is used")
  func times() {
    let text = written { writer in
      for microseconds in [0, 1, 1_000, 999_999, 1_000_000, -1] as [Int64] {
        writer.time(StoreTime(microseconds: microseconds))
      }
    }
    #expect(
      text == #""1970-01-01T00:00:00Z""1970-01-01T00:00:00.000001Z""1970-01-01T00:00:00.001Z""#
        + #""1970-01-01T00:00:00.999999Z""1970-01-01T00:00:01Z""1969-12-31T23:59:59.999999Z""#)
  }

  @Test("names in maps are sorted, so answers repeat exactly")
  func sortedNames() {
    let text = written { $0.fields(["b": .null, "a": .null, "é": .null, "Z": .null]) }
    #expect(text == #"{"Z":{"nullValue":null},"a":{"nullValue":null},"b":{"nullValue":null},"é":{"nullValue":null}}"#)
  }
}
