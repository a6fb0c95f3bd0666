import JSON
import JSONSchema
import Testing

@Suite("Violations of schemas")
struct SchemaViolationTests {
  @Test("all violations are reported, each with its places, keyword and values")
  func completeness() throws {
    let schema = try compile([
      "type": "object", "required": ["id", "name"], "additionalProperties": false,
      "properties": ["id": ["type": "integer", "minimum": 1], "tags": ["items": ["$ref": "#/$defs/tag"]]],
      "$defs": ["tag": ["type": "string", "maxLength": 3]],
    ])
    let violations = schema.validate(["id": 0.5, "tags": ["ok", "long", 7], "x/y": nil])
    #expect(
      violations.map(\.line) == [
        " | /required | The required member \"name\" is missing.",
        "/id | /properties/id/type | Expected integer, found 0.5.",
        "/id | /properties/id/minimum | Expected at least 1, found 0.5.",
        "/tags/1 | /$defs/tag/maxLength | Expected at most 3 characters, found 4.",
        "/tags/2 | /$defs/tag/type | Expected string, found 7.",
        "/x~1y | /additionalProperties | The member \"x/y\" is not allowed here.",
      ])
    #expect(Set(violations.map(\.schemaURI)) == ["test:/schema.json"])
    let missing = try #require(violations.first)
    #expect(missing.keyword == "required")
    #expect(missing.expected == "name")
    #expect(missing.actual == nil)
    #expect(violations[2].expected == 1)
    #expect(violations[2].actual == 0.5)
    #expect(missing.description == "/: The required member \"name\" is missing.")
  }

  @Test(
    "each keyword says in one sentence what is wrong",
    arguments: [
      (["type": ["string", "null"]], 12, "Expected null or string, found 12."),
      (["const": ["a": 1]], [], "Expected an object of 1 member, found an empty array."),
      (["enum": ["a", "b", 3]], "c", #"Expected "a", "b" or 3, found "c"."#),
      (["multipleOf": 0.01], 19.995, "Expected a multiple of 0.01, found 19.995."),
      (["exclusiveMaximum": 5], 5, "Expected less than 5, found 5."),
      (["maximum": 5], 6, "Expected at most 5, found 6."),
      (["exclusiveMinimum": 5], 5, "Expected more than 5, found 5."),
      (["minLength": 2], "😀", "Expected at least 2 characters, found 1."),
      (["pattern": "^a+$"], "b", #""b" does not match the pattern ^a+$."#),
      (["maxItems": 1], [1, 2], "Expected at most 1 element, found 2."),
      (["minItems": 1], [], "Expected at least 1 element, found 0."),
      (["uniqueItems": true], [1, "a", 1.0], "The element 2 repeats the element 0."),
      (["maxProperties": 1], ["a": 1, "b": 2], "Expected at most 1 member, found 2."),
      (["minProperties": 1], [:], "Expected at least 1 member, found 0."),
      (["dependentRequired": ["a": ["b"]]], ["a": 1], #"The member "b" is missing; it is required beside "a"."#),
      (
        ["propertyNames": ["maxLength": 1]], ["ab": 1],
        #"The name "ab" is not allowed: Expected at most 1 character, found 2."#
      ),
      (["contains": ["type": "string"]], [1], "Expected at least 1 element that match \"contains\", found 0."),
      (["contains": true, "maxContains": 1], [1, 2], "Expected at most 1 element that match \"contains\", found 2."),
      (["not": ["type": "null"]], nil, "Null is what must not be here."),
      (["oneOf": [true, true]], 1, "Exactly one alternative must match, but 1 and 2 do."),
      (["prefixItems": [true], "items": false], [1, 2], "The element 1 is not allowed: the array ends before it."),
      (["unevaluatedProperties": false], ["a": 1], "The member \"a\" is not allowed here."),
      (["unevaluatedItems": false], [1], "The element 0 is not allowed: the array ends before it."),
      (false, 1, "No value is allowed here."),
    ] as [(JSONValue, JSONValue, String)])
  func messages(schema: JSONValue, instance: JSONValue, message: String) throws {
    let violations = try compile(schema).validate(instance)
    #expect(violations.map(\.message) == [message])
    #expect(violations.first.map { $0.keyword == "false" || $0.schema.tokens.last == $0.keyword } == true)
    #expect(try !compile(schema).isValid(instance))
  }

  @Test("where no alternative fits, the closest one is explained")
  func alternatives() throws {
    let schema = try compile([
      "oneOf": [
        ["properties": ["kind": ["const": "cat"], "lives": ["type": "integer"]], "required": ["kind", "lives"]],
        [
          "properties": ["kind": ["const": "dog"], "name": ["type": "string"], "age": ["type": "integer"]],
          "required": ["kind"],
        ],
        ["type": "string"],
      ]
    ])
    // The dog has more violations, but its kind is right.
    #expect(
      schema.validate(["kind": "dog", "name": 1, "age": "x"]).map(\.line) == [
        " | /oneOf | None of the 3 alternatives matches; the closest is number 2 (2 violations).",
        "/name | /oneOf/1/properties/name/type | Expected string, found 1.",
        "/age | /oneOf/1/properties/age/type | Expected integer, found \"x\".",
      ])
    let types = try compile(["anyOf": [["type": "string"], ["type": ["null", "integer"]]]])
    let violations = types.validate([:])
    #expect(violations.map(\.message) == ["Expected string, null or integer, found an empty object."])
    #expect(violations.first?.expected == ["string", "null", "integer"])
  }

  @Test("the report of an alternative is bounded")
  func boundedAlternatives() throws {
    let schema = try compile(["anyOf": [["items": ["type": "string"]], ["type": "null"]]])
    #expect(schema.validate(.array(Array(repeating: 1, count: 1000))).count == 11)
    let unique = try compile(["uniqueItems": true])
    #expect(unique.validate(.array(Array(repeating: 1, count: 1000))).count == 10)
  }

  @Test("unevaluated members are not reported beside a failed alternative that might have covered them")
  func unevaluatedNoise() throws {
    let schema = try compile([
      "allOf": [["properties": ["a": ["type": "string"]], "required": ["b"]]], "unevaluatedProperties": false,
    ])
    #expect(schema.validate(["a": 1]).map(\.keyword) == ["type", "required"].reversed())
    #expect(
      schema.validate(["a": "x", "b": 1]).map(\.line) == [
        "/b | /unevaluatedProperties | The member \"b\" is not allowed here."
      ])
    #expect(!schema.isValid(["a": 1]))
  }

  @Test("long values are cut in messages")
  func longValues() throws {
    let message = try compile(["const": 1]).validate(.string(String(repeating: "é", count: 5000))).first?.message
    #expect((message?.count ?? .max) < 120)
  }
}
