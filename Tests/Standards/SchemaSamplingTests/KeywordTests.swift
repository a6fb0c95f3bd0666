import JSON
import SchemaSampling
import Testing

@Suite("Edges and violations of keywords") struct KeywordTests {
  @Test(
    "each constraint is met at its edge and broken alone",
    arguments: [
      (
        #"{"type": "string", "minLength": 2, "maxLength": 4}"#,
        [#": length 2, the minLength → "te""#, #": length 4, the maxLength → "text""#],
        [
          ": a number instead of string → 7", ": a fraction instead of string → 1.5",
          ": a boolean instead of string → true",
          ": null instead of string → null", ": an array instead of string → []",
          #": length 1, below minLength 2 → "t""#,
          #": length 5, above maxLength 4 → "textt""#,
        ]
      ),
      (
        #"{"type": "integer", "minimum": 1, "exclusiveMaximum": 10}"#,
        [": 1, the smallest → 1", ": 9, the largest → 9"],
        [
          #": a text instead of integer → "text""#, ": a fraction instead of integer → 1.5",
          ": a boolean instead of integer → true", ": null instead of integer → null",
          ": an array instead of integer → []", ": 0, below minimum 1 → 0",
          ": 10, above exclusiveMaximum 10 → 10",
        ]
      ),
      (
        #"{"multipleOf": 5, "type": "integer", "minimum": 3}"#, [": 5, the smallest → 5"],
        [
          #": a text instead of integer → "text""#, ": a boolean instead of integer → true",
          ": null instead of integer → null", ": an array instead of integer → []",
          ": 6, no multiple of 5 → 6",
        ]
      ),
      (
        #"{"enum": ["a", "b"]}"#, [#": "a", one of the enum → "a""#, #": "b", one of the enum → "b""#],
        [#": "no-such-value", which is not listed → "no-such-value""#, ": 987654, which is not listed → 987654"]
      ),
      (
        #"{"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2, "uniqueItems": true}"#,
        [
          ": 1 items, the fewest → [1]", "/0: 0, without bounds → [0]", "/0: -1, without bounds → [-1]",
        ],
        [": 0 items, below minItems 1 → []", ": an item twice → [1,1]"]
      ),
      (
        #"{"type": ["boolean", "null"]}"#, [": true → true", ": false → false", ": null, which is allowed → null"],
        [#": a text instead of null or boolean → "text""#]
      ),
    ])
  func scalars(schema: String, edges: [String], violations: [String]) throws {
    let fixture = try SamplerFixture(schema)
    let found = SamplerFixture.lines(fixture.sampler.edges(includingSimplest: true))
    for edge in edges { #expect(found.contains(edge), "\(found)") }
    let broken = SamplerFixture.lines(fixture.sampler.violations())
    for violation in violations { #expect(broken.contains(violation), "\(broken)") }
    fixture.prove()
  }

  @Test("objects: members left out, alone, unknown, and each wrong by itself")
  func objects() throws {
    let fixture = try SamplerFixture(
      #"""
      {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
        "name": {"type": "string", "minLength": 1}, "age": {"type": "integer", "minimum": 0},
        "id": {"type": "integer", "readOnly": true}}}
      """#)
    #expect(fixture.sampler.simplest() == ["name": "text"])
    #expect(fixture.sampler.fullest() == ["name": "text", "age": 1])
    let edges = SamplerFixture.lines(fixture.sampler.edges())
    #expect(edges.contains(#": with everything that is optional → {"name":"text","age":1}"#))
    #expect(edges.contains(#"/age: 0, the smallest → {"name":"text","age":0}"#))
    let violations = SamplerFixture.lines(fixture.sampler.violations())
    #expect(violations.contains(#": without 'name' → {"age":1}"#))
    #expect(violations.contains { $0.hasPrefix(": with a member that is not known") })
    #expect(violations.contains(#"/age: -1, below minimum 0 → {"name":"text","age":-1}"#))
    #expect(!violations.contains { $0.contains("'id'") })
    fixture.prove()
  }

  @Test("pinned values stand, and nothing is about them")
  func pinned() throws {
    let fixture = try SamplerFixture(
      #"{"type": "object", "required": ["id", "n"], "properties": {"id": {"type": "integer"}, "n": {"type": "integer"}}}"#,
      pinned: ["/id": 42])
    let samples = fixture.sampler.edges() + fixture.sampler.violations()
    #expect(!samples.isEmpty)
    #expect(samples.filter { $0.value.objectValue != nil }.allSatisfy { $0.value["id"] == 42 })
    #expect(!samples.contains { $0.description.contains("/id") || $0.description.contains("'id'") })
  }

  @Test("what only the service knows is left out where it can be, and no valid value is about it")
  func opaque() throws {
    let fixture = try SamplerFixture(
      #"{"type": "object", "properties": {"cursor": {"type": "string", "maxLength": 9, "x-concord-opaque": true}}}"#)
    #expect(fixture.sampler.fullest() == [:])
    #expect(!fixture.sampler.edges().contains { $0.description.contains("cursor") })
  }

  @Test("the simplest value takes what is required of an example")
  func examples() throws {
    let fixture = try SamplerFixture(
      #"{"type": "object", "required": ["to"], "properties": {"to": {"type": "string"}, "note": {"type": "string"}}}"#,
      examples: [["to": 1], ["to": "SHIPPED", "note": "fragile"]])
    #expect(fixture.sampler.simplest() == ["to": "SHIPPED"])
  }

  @Test("alternatives, conditions and references are followed; recursion ends")
  func composites() throws {
    let fixture = try SamplerFixture(
      #"""
      {"$defs": {"tree": {"type": "object", "required": ["kids"], "properties": {
         "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}},
       "type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["card", "cash"]}, "tree": {"$ref": "#/$defs/tree"}},
       "oneOf": [{"properties": {"kind": {"const": "card"}, "number": {"type": "string"}}, "required": ["number"]},
                 {"properties": {"kind": {"const": "cash"}}}],
       "if": {"properties": {"kind": {"const": "cash"}}}, "then": {"required": ["currency"], "properties": {"currency": {"type": "string"}}}}
      """#)
    #expect(fixture.sampler.fullest() != nil)
    #expect(fixture.sampler.edges().contains { $0.value["kind"] == "cash" && $0.value["currency"] != nil })
    fixture.prove(seeds: 1...20)
  }
}
