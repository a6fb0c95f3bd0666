import ECMARegex
import JSON
import JSONSchema
import Testing

@Suite("Sets of schemas")
struct SchemaSetTests {
  private static let api: JSONValue = [
    "openapi": "3.1.0",
    "paths": ["/users": ["get": ["schema": ["$ref": "#/components/schemas/User"]]]],
    "components": [
      "schemas": [
        "User": [
          "type": "object", "required": ["id"],
          "properties": ["id": ["$ref": "common.yaml#/Id"], "parent": ["$ref": "#/components/schemas/User"]],
        ],
        "Named": ["$id": "https://api.test/named", "$anchor": "it", "type": "string"],
        "Pet~/x": ["const": "pet"],
      ]
    ],
    "examples": ["schema": ["$id": "https://api.test/named"]],
  ]

  private static func apiSet() throws -> SchemaSet {
    var set = SchemaSet(patterns: ECMAPatternEngine())
    try set.add(api, at: "file:///apis/users.yaml")
    try set.add(["Id": ["type": "integer", "minimum": 1]], at: "file:///apis/common.yaml")
    return set
  }

  @Test("schemas are found by pointer in documents that are none, and refer across documents")
  func openAPI() throws {
    let set = try Self.apiSet()
    let user = try set.schema(at: "file:///apis/users.yaml#/components/schemas/User")
    #expect(user.isValid(["id": 1, "parent": ["id": 2]]))
    let violation = try #require(user.validate(["id": 1, "parent": ["id": 0]]).first)
    #expect(violation.instance.description == "/parent/id")
    #expect(violation.schemaURI == "file:///apis/common.yaml")
    #expect(violation.schema.description == "/Id/minimum")
    let operation = try set.schema(at: "file:///apis/users.yaml#/paths/~1users/get/schema")
    #expect(operation.validate([:]).map(\.schema.description) == ["/components/schemas/User/required"])
    let escaped = try set.schema(at: "file:///apis/users.yaml#/components/schemas/Pet~0~1x")
    #expect(escaped.isValid("pet"))
  }

  @Test("identifiers inside such documents are known, those of examples are not")
  func identifiers() throws {
    let set = try Self.apiSet()
    for uri in ["https://api.test/named", "https://api.test/named#it", "https://api.test/named#"] {
      let schema = try set.schema(at: uri)
      #expect(schema.isValid("x") && !schema.isValid(1))
      #expect(schema.validate(1).first?.schema.description == "/components/schemas/Named/type")
    }
  }

  @Test("the metaschema is known and judges schemas")
  func metaschema() throws {
    let set = SchemaSet(patterns: ECMAPatternEngine())
    let schema = try set.schema(at: "https://json-schema.org/draft/2020-12/schema")
    #expect(schema.isValid(["type": "object", "properties": ["a": ["minimum": 3]]]))
    let violations = schema.validate(["properties": ["a": ["minimum": "3"]]])
    #expect(violations.map(\.instance.description) == ["/properties/a/minimum"])
    #expect(violations.map(\.schemaURI) == ["https://json-schema.org/draft/2020-12/meta/validation"])
  }

  @Test(
    "references that lead nowhere are errors with their place",
    arguments: [
      ("#/$defs/none", "\"#/$defs/none\" leads to nothing: test:/schema.json has no /$defs/none."),
      ("#none", "\"#none\" leads to no \"$anchor\" of the name \"none\"."),
      (
        "other.json",
        "\"other.json\" leads to test:/other.json, which was not loaded; nothing is fetched."
      ),
      ("#/a~2", "\"#/a~2\" is broken: '~' must be followed by 0 (for '~') or 1 (for '/')."),
      ("#/%zz", "\"#/%zz\" has a fragment with a broken percent escape."),
    ])
  func dangling(reference: String, message: String) {
    let error = #expect(throws: SchemaError.self) {
      try compile(["properties": ["a": ["$ref": .string(reference)]]])
    }
    #expect(error?.uri == "test:/schema.json")
    #expect(error?.pointer.description == "/properties/a/$ref")
    #expect(error?.message == message)
  }

  @Test(
    "schemas that apply themselves without end are errors",
    arguments: [
      (["$ref": "#"], ""), (["allOf": [["$ref": "#/$defs/a"]], "$defs": ["a": ["anyOf": [["$ref": "#"]]]]], ""),
      (
        [
          "properties": ["x": ["$ref": "#/$defs/a"]],
          "$defs": ["a": ["not": ["$ref": "#/$defs/b"]], "b": ["if": ["$ref": "#/$defs/a"]]],
        ], "/$defs/a"
      ),
    ] as [(JSONValue, String)])
  func cycles(schema: JSONValue, pointer: String) {
    let error = #expect(throws: SchemaError.self) { try compile(schema) }
    #expect(error?.pointer.description == pointer)
    #expect(error?.message.hasPrefix("The schema applies itself to the same value without end: #") == true)
  }

  @Test("a loop that only some values enter ends in a violation, not a hang")
  func conditionalCycle() throws {
    let schema = try compile(["if": ["required": ["a"]], "then": ["$ref": "#"]])
    #expect(schema.isValid(["b": 1]))
    #expect(!schema.isValid(["a": 1]))
    #expect(schema.validate(["a": 1]).last?.message.contains("more than 1200 deep") == true)
  }

  @Test("what cannot be decided is never valid, not even negated")
  func undecided() throws {
    let slow: JSONValue = .string(String(repeating: "a", count: 60) + "!")
    let schema = try compile(["not": ["pattern": "^(a+)+$"]])
    #expect(!schema.isValid(slow))
    #expect(schema.validate(slow).map(\.keyword) == ["pattern"])
    #expect(schema.validate(slow).first?.message.hasPrefix("The value could not be checked: ") == true)
    #expect(schema.isValid("b"))
    let names = try compile(["patternProperties": ["^(a+)+$": true]])
    #expect(!names.isValid([String(repeating: "a", count: 60) + "!": 1]))
  }

  @Test("recursive schemas go as deep as the parser's values")
  func depth() throws {
    let schema = try compile(["type": "array", "items": ["$ref": "#"]])
    let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(schema.isValid(try JSONValue(parsing: text)))
    #expect(schema.validate(try JSONValue(parsing: text)).isEmpty)
  }

  @Test("alternatives that multiply are cut off")
  func explosion() throws {
    let branch: JSONValue = ["properties": ["c": ["$ref": "#"]], "required": ["x"]]
    let schema = try compile(["anyOf": [branch, branch, branch, branch]])
    var value: JSONValue = [:]
    for _ in 0..<6 { value = ["c": value] }
    #expect(!schema.isValid(value))
  }

  @Test(
    "values that make no sense for their keyword are errors",
    arguments: [
      (["type": "int"], "/type"), (["type": [1]], "/type"), (["enum": 1], "/enum"), (["minLength": -1], "/minLength"),
      (["maxItems": 1.5], "/maxItems"), (["minimum": "1"], "/minimum"), (["multipleOf": 0], "/multipleOf"),
      (["pattern": "("], "/pattern"), (["patternProperties": ["(": true]], "/patternProperties"),
      (["required": "a"], "/required"), (["required": [1]], "/required"), (["properties": []], "/properties"),
      (["properties": ["a": 1]], "/properties/a"), (["allOf": []], "/allOf"), (["anyOf": [:]], "/anyOf"),
      (["items": [true]], "/items"), (["uniqueItems": 1], "/uniqueItems"), (["$ref": 1], "/$ref"),
      (["dependentRequired": ["a": "b"]], "/dependentRequired"), (["$id": "x#frag"], "/$id"), (1, ""),
    ] as [(JSONValue, String)])
  func malformed(schema: JSONValue, pointer: String) {
    let error = #expect(throws: SchemaError.self) { try compile(schema) }
    #expect(error?.pointer.description == pointer)
    #expect(error?.message.last == ".")
  }

  @Test("a second document with the same identity is refused and changes nothing")
  func identities() throws {
    var set = SchemaSet(patterns: ECMAPatternEngine())
    try set.add(["$id": "https://one.test/a", "const": 1], at: "file:///a.json")
    #expect(throws: SchemaError.self) { try set.add(true, at: "file:///a.json") }
    #expect(throws: SchemaError.self) { try set.add(["$id": "https://one.test/a"], at: "file:///b.json") }
    #expect(throws: SchemaError.self) { try set.add(true, at: "file:///c.json#x") }
    #expect(throws: SchemaError.self) { try set.schema(at: "file:///b.json") }
    #expect(try set.schema(at: "file:///a.json").isValid(1))
    try set.add(["const": 2], at: "file:///b.json")
    #expect(try set.schema(at: "file:///b.json").isValid(2))
  }

  @Test("two anchors of one name are an error")
  func anchors() {
    #expect(throws: SchemaError.self) { try compile(["$defs": ["a": ["$anchor": "x"], "b": ["$anchor": "x"]]]) }
  }

  @Test("a dialect that demands an unknown vocabulary is refused")
  func vocabularies() {
    let dialect: JSONValue = ["$id": "https://d.test/meta", "$vocabulary": ["https://d.test/vocab": true]]
    let error = #expect(throws: SchemaError.self) {
      try compile(["$schema": "https://d.test/meta"], with: ["https://d.test/meta": dialect])
    }
    #expect(
      error?.message
        == "The dialect https://d.test/meta demands the vocabulary https://d.test/vocab, which is not known here.")
  }

  @Test("one compiled schema serves many tasks at once")
  func concurrency() async throws {
    let schema = try compile(["type": "object", "patternProperties": ["^k": ["type": "integer"]]])
    let count = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<100 { group.addTask { schema.isValid(["k": number % 2 == 0 ? 1 : "x"]) } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(count == 50)
  }
}
