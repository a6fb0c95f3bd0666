import FirestoreModel
import JSON
import RFC3339
import Testing

@Suite("JSON form of values")
struct ValueJSONTests {
  @Test("any value survives its JSON form", arguments: [11, 12, 13] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var generator = ValueGenerator(seed: seed)
    for _ in 0..<300 {
      let value = generator.value()
      let text = value.json.serialized()
      #expect(try FirestoreValue(json: JSONValue(parsing: text)) == value, "\(text)")
    }
  }

  @Test(
    "values are written as Firestore writes them",
    arguments: [
      (FirestoreValue.integer(.min), #"{"integerValue":"-9223372036854775808"}"#),
      (.double(.nan), #"{"doubleValue":"NaN"}"#), (.double(-.infinity), #"{"doubleValue":"-Infinity"}"#),
      (.timestamp(Timestamp(seconds: 0)), #"{"timestampValue":"1970-01-01T00:00:00Z"}"#),
      (.timestamp(Timestamp(seconds: 0, nanoseconds: 1_000_000)), #"{"timestampValue":"1970-01-01T00:00:00.001Z"}"#),
      (.timestamp(Timestamp(seconds: 0, nanoseconds: 1_000)), #"{"timestampValue":"1970-01-01T00:00:00.000001Z"}"#),
      (.bytes([0xFB, 0xFF]), #"{"bytesValue":"+/8="}"#), (.array([]), #"{"arrayValue":{}}"#),
      (.map([:]), #"{"mapValue":{}}"#),
      (.geoPoint(latitude: 0, longitude: 0), #"{"geoPointValue":{}}"#), (.null, #"{"nullValue":null}"#),
    ])
  func written(_ value: FirestoreValue, _ text: String) {
    #expect(value.json.serialized() == text)
  }

  @Test(
    "forms that the JSON mapping of Protocol Buffers allows are read",
    arguments: [
      (#"{"integerValue":5}"#, FirestoreValue.integer(5)), (#"{"integer_value":"5"}"#, .integer(5)),
      (#"{"doubleValue":"1.5"}"#, .double(1.5)), (#"{"doubleValue":1}"#, .double(1)),
      (#"{"bytesValue":"-_8"}"#, .bytes([0xFB, 0xFF])), (#"{"nullValue":"NULL_VALUE"}"#, .null),
      (
        #"{"timestampValue":"1970-01-01T01:00:00.0000019+01:00"}"#,
        .timestamp(Timestamp(seconds: 0, nanoseconds: 1_000))
      ),
      (#"{"arrayValue":{"values":null}}"#, .array([])),
    ])
  func read(_ text: String, _ value: FirestoreValue) throws {
    #expect(try FirestoreValue(json: JSONValue(parsing: text)) == value)
  }

  @Test(
    "malformed values are refused",
    arguments: [
      #"{}"#, #"{"integerValue":"1.5"}"#, #"{"integerValue":9223372036854775808}"#, #"{"stringValue":1}"#,
      #"{"booleanValue":"true"}"#, #"{"stringValue":"a","integerValue":1}"#, #"{"unknownValue":1}"#,
      #"{"timestampValue":"yesterday"}"#, #"{"bytesValue":"*"}"#, #"{"geoPointValue":{"latitude":91}}"#,
      #"{"arrayValue":{"valuez":[]}}"#, #"{"functionValue":{}}"#, #"[]"#, #"{"doubleValue":1e999}"#,
    ])
  func refused(_ text: String) throws {
    let json = try JSONValue(parsing: text)
    #expect(throws: FirestoreFormatError.self) { try FirestoreValue(json: json) }
  }

  @Test("an error names the place in the request as Google does")
  func location() throws {
    let json = try JSONValue(
      parsing:
        #"{"update":{"name":"projects/p/databases/d/documents/c/a","#
        + #""fields":{"a":{"arrayValue":{"values":[{"x":1}]}}}}}"#
    )
    do {
      _ = try Write(json: json)
      Issue.record("an error was expected")
    } catch {
      #expect(
        error.description
          == #"Invalid JSON payload received. Unknown name "x" at "#
          + "'update.fields[a].arrayValue.values[0].x': Cannot find field."
      )
    }
  }

  @Test("sizes are counted by the documented rules")
  func sizes() {
    // The worked example of https://firebase.google.com/docs/firestore/storage-size: 147 bytes with name and overhead.
    let fields: [String: FirestoreValue] = [
      "type": .string("Personal"), "done": .boolean(false), "priority": .integer(1),
      "description": .string("Learn Cloud Firestore"),
    ]
    #expect(FirestoreValue.storageSize(of: fields) == 71)
    #expect(FirestoreValue.reference("projects/p/databases/d/documents/users/jeff/tasks/my_task_id").storageSize == 44)
    #expect(FirestoreValue.array([.map(["a": .array([.null])])]).nestingDepth == 3)
  }
}
