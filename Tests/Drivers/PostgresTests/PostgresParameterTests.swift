import JSON
import RFC3339
import Testing

@testable import Postgres

@Suite("Parameters")
struct PostgresParameterTests {
  private func text(_ value: some PostgresEncodable) -> String? {
    value.postgresParameter.bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("scalars are text of no declared type")
  func scalars() throws {
    #expect(text(-5) == "-5")
    #expect(text(Int64.min) == "-9223372036854775808")
    #expect(text(true) == "true")
    #expect(text(0.1) == "0.1")
    #expect(text(-Double.infinity) == "-Infinity")
    #expect(text(Double.nan) == "NaN")
    #expect(text(["a": 1] as JSONValue) == #"{"a":1}"#)
    let time = try #require(Timestamp(rfc3339: "2026-11-24T02:22:35.1234567+01:00"))
    #expect(text(time) == "2026-11-24 01:22:35.123456")
    #expect(5.postgresParameter.typeID == .unspecified)
  }

  @Test("integer arrays are binary: dimensions, flags, element type, bounds, elements")
  func binaryArrays() {
    let parameter = ([1, -1] as [Int32]).postgresParameter
    #expect(parameter.typeID == .int4Array)
    #expect(
      parameter.bytes == [
        0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 2, 0, 0, 0, 1,
        0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 4, 255, 255, 255, 255,
      ]
    )
    #expect(([] as [Int]).postgresParameter.bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20])
  }

  @Test(
    "array literals quote every element and read back",
    arguments: [
      [], ["a"], ["", "NULL", "null"], ["a,b", "{c}", "\"", "\\", " x "], ["\n", "ü", "👍🏽"],
    ])
  func arrayLiterals(elements: [String]) {
    let text = ArrayLiteral.text(of: elements)
    #expect(ArrayLiteral.elements(of: text) == elements)
  }

  @Test(
    "array literals in the server's form are read",
    arguments: [
      ("{}", []), ("{1,2}", ["1", "2"]), ("{NULL,\"NULL\"}", [nil, "NULL"]), ("[0:1]={a,b}", ["a", "b"]),
      (#"{"a\"b","c\\d"}"#, ["a\"b", "c\\d"]),
    ] as [(String, [String?])])
  func serverArrays(text: String, elements: [String?]) {
    #expect(ArrayLiteral.elements(of: text) == elements)
  }

  @Test("what is not a one-dimensional array is refused", arguments: ["", "{", "{a", "{{1},{2}}", "{a}}", "{a,}", "x"])
  func brokenArrays(text: String) {
    #expect(ArrayLiteral.elements(of: text) == nil)
  }

  @Test("constants for statements without parameters")
  func constants() {
    #expect("it's".postgresParameter.constant == "'it''s'")
    #expect(PostgresParameter.null.constant == "NULL")
    #expect(([1, -2, .max] as [Int]).postgresParameter.constant == "'{1,-2,9223372036854775807}'::bigint[]")
    #expect(([] as [Int32]).postgresParameter.constant == "'{}'::integer[]")
    #expect(([255, 0] as [UInt8]).postgresParameter.constant == " E'\\\\xff00'::bytea")
    #expect(PostgresParameter(typeID: .numeric, format: .binary, bytes: [0]).constant == nil)
  }
}
