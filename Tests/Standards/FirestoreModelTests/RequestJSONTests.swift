import FirestoreModel
import JSON
import RFC3339
import Testing

@Suite("JSON form of queries and writes")
struct RequestJSONTests {
  static let name = "projects/p/databases/d/documents/c/a"

  @Test(
    "a query survives its JSON form",
    arguments: [
      #"{"from":[{"collectionId":"c","allDescendants":true}]}"#,
      #"""
      {"select":{"fields":[{"fieldPath":"__name__"}]},"from":[{"collectionId":"c"}],
       "where":{"compositeFilter":{"op":"OR","filters":[
         {"fieldFilter":{"field":{"fieldPath":"a.b"},"op":"GREATER_THAN","value":{"integerValue":"1"}}},
         {"unaryFilter":{"op":"IS_NOT_NULL","field":{"fieldPath":"x"}}}]}},
       "orderBy":[{"field":{"fieldPath":"x"},"direction":"DESCENDING"}],
       "startAt":{"values":[{"integerValue":"1"}],"before":true},"endAt":{"values":[{"integerValue":"9"}]},
       "offset":2,"limit":0}
      """#,
    ])
  func queryRoundTrip(_ text: String) throws {
    let json = try JSONValue(parsing: text)
    #expect(try StructuredQuery(json: json).json == json)
  }

  @Test("enums are read by number and names in snake_case, as Google's Python client sends them")
  func numbersAndSnakeCase() throws {
    let text = #"""
      {"from":[{"collection_id":"c"}],"order_by":[{"field":{"field_path":"x"},"direction":2}],"limit":{"value":5},
       "where":{"composite_filter":{"op":1,"filters":[
       {"field_filter":{"field":{"field_path":"x"},"op":3,"value":{"integer_value":1}}},
       {"unary_filter":{"op":3,"field":{"field_path":"y"}}}]}}}
      """#
    let query = try StructuredQuery(json: JSONValue(parsing: text))
    #expect(query.limit == 5)
    #expect(query.orderBy == [.init(try FieldPath(["x"]), .descending)])
    #expect(
      query.filter
        == .all([
          .field(try FieldPath(["x"]), .greaterThan, .integer(1)), .unary(try FieldPath(["y"]), .isNull),
        ]))
  }

  @Test(
    "malformed queries are refused",
    arguments: [
      #"{"bogus":1}"#, #"{"from":[{"collectionId":"a"},{"collectionId":"b"}]}"#, #"{"limit":-1}"#, #"{"offset":-1}"#,
      #"{"where":{}}"#,
      #"{"where":{"fieldFilter":{"field":{"fieldPath":"x"},"op":"LIKE","value":{"nullValue":null}}}}"#,
      #"{"where":{"compositeFilter":{"op":"AND","filters":[]}}}"#, #"{"orderBy":[{}]}"#, #"{"limit":"x"}"#,
      #"{"orderBy":[{"field":{"fieldPath":"a b"}}]}"#,
    ])
  func malformedQuery(_ text: String) throws {
    let json = try JSONValue(parsing: text)
    do {
      _ = try StructuredQuery(json: json)
      Issue.record("an error was expected")
    } catch {
      #expect(error.kind != .unsupported)
    }
  }

  @Test("vector search is refused as unsupported, not as malformed")
  func vectorSearch() throws {
    let json = try JSONValue(parsing: #"{"findNearest":{}}"#)
    do {
      _ = try StructuredQuery(json: json)
      Issue.record("an error was expected")
    } catch {
      #expect(error.kind == .unsupported)
    }
  }

  @Test("a write survives its JSON form")
  func writeRoundTrip() throws {
    let name = try DocumentName(parsing: Self.name)
    let field = try FieldPath(["n"])
    let writes = [
      Write.set(name, ["n": .integer(1)]), .create(name, [:]), .delete(name, currentDocument: .exists(true)),
      Write(
        name, .update(fields: ["n": .null], mask: [field]),
        transforms: [
          .init(field, .requestTime), .init(field, .increment(.double(1.5))), .init(field, .maximum(.integer(1))),
          .init(field, .minimum(.integer(1))), .init(field, .appendMissingElements([.null])),
          .init(field, .removeAllFromArray([])),
        ], currentDocument: .updateTime(Timestamp(seconds: 1, nanoseconds: 5_000))),
      Write(name, .transform, transforms: [.init(field, .requestTime)]),
    ]
    for write in writes { #expect(try Write(json: write.json) == write) }
  }

  @Test("an empty mask is a mask: it keeps all fields")
  func emptyMask() throws {
    let json = try JSONValue(parsing: #"{"update":{"name":"\#(Self.name)"},"updateMask":{}}"#)
    #expect(try Write(json: json).operation == .update(fields: [:], mask: []))
  }

  @Test(
    "malformed writes are refused",
    arguments: [
      #"{}"#, #"{"delete":"c/a"}"#, #"{"update":{}}"#, #"{"update":{"name":"NAME"},"delete":"NAME"}"#,
      #"{"delete":"NAME","updateMask":{}}"#,
      #"{"delete":"NAME","currentDocument":{"exists":true,"updateTime":"2020-01-01T00:00:00Z"}}"#,
      #"{"transform":{"document":"NAME","fieldTransforms":[{"fieldPath":"a"}]}}"#,
      #"{"transform":{"document":"NAME","fieldTransforms":[{"fieldPath":"a","increment":{"stringValue":"1"}}]}}"#,
    ])
  func malformedWrite(_ text: String) throws {
    let json = try JSONValue(
      parsing: text.split(separator: "NAME", omittingEmptySubsequences: false).joined(separator: Self.name))
    #expect(throws: FirestoreFormatError.self) { try Write(json: json) }
  }

  @Test("aggregations get names, and at most five with different ones")
  func aggregations() throws {
    let query = #""structuredQuery":{"from":[{"collectionId":"c"}]}"#
    func read(_ list: String) throws -> AggregationQuery {
      try AggregationQuery(json: JSONValue(parsing: "{\(query),\"aggregations\":[\(list)]}"))
    }
    let named = try read(#"{"count":{}},{"alias":"s","sum":{"field":{"fieldPath":"n"}}},{"count":{"upTo":"3"}}"#)
    #expect(named.aggregations.map(\.alias) == ["field_1", "s", "field_2"])
    #expect(try AggregationQuery(json: named.json) == named)
    for bad in [
      "", #"{"count":{}},{"alias":"field_1","count":{}}"#, #"{"count":{"upTo":0}}"#, #"{}"#,
      #"{"count":{}},{"count":{}},{"count":{}},{"count":{}},{"count":{}},{"count":{}}"#,
    ] {
      #expect(throws: FirestoreFormatError.self) { try read(bad) }
    }
  }

  @Test("a document keeps name, fields and times")
  func document() throws {
    let text =
      #"{"name":"\#(Self.name)","fields":{"a":{"mapValue":{"fields":{"b":{"integerValue":"1"}}}}},"#
      + #""createTime":"2020-01-01T00:00:00.000001Z","updateTime":"2020-01-02T00:00:00Z"}"#
    let document = try FirestoreDocument(json: JSONValue(parsing: text))
    #expect(document[try FieldPath(["a", "b"])] == .integer(1))
    #expect(document[try FieldPath(["a", "c"])] == nil)
    #expect(document.json.serialized() == text)
  }

  @Test("every status has one gRPC number and its HTTP code")
  func statuses() {
    for status in FirestoreStatus.allCases { #expect(FirestoreStatus(grpcCode: status.grpcCode) == status) }
    #expect(FirestoreStatus(rawValue: "FAILED_PRECONDITION")?.httpCode == 400)
    #expect(FirestoreStatus.aborted.httpCode == 409)
    #expect(FirestoreStatus(grpcCode: 17) == nil)
  }

  @Test("base 64 of all lengths comes back, in both alphabets")
  func base64() {
    for count in 0..<40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ 251) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Base64.decode(Base64.encodeURL(bytes)) == bytes)
    }
    #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy")
    for bad in ["A", "A===", "a b=", "é"] { #expect(Base64.decode(bad) == nil) }
  }
}
