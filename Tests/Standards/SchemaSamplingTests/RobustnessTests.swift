import JSON
import SchemaSampling
import Testing

@Suite("Schemas that are hard to satisfy") struct RobustnessTests {
  @Test(
    "recursion ends, however it branches",
    arguments: [
      ##"{"$ref": "#/$defs/e", "$defs": {"e": {"oneOf": [{"type": "object", "required": ["l", "r"], "properties": {"l": {"$ref": "#/$defs/e"}, "r": {"$ref": "#/$defs/e"}}}, {"type": "integer"}]}}}"##,
      ##"{"$ref": "#/$defs/e", "$defs": {"e": {"anyOf": [{"type": "object", "required": ["a", "b", "c"], "properties": {"a": {"$ref": "#/$defs/e"}, "b": {"$ref": "#/$defs/e"}, "c": {"$ref": "#/$defs/e"}}}, {"type": "string"}]}}}"##,
      ##"{"type": "object", "properties": {"next": {"$ref": "#"}, "items": {"type": "array", "items": {"$ref": "#"}}}}"##,
    ])
  func recursion(text: String) throws {
    let fixture = try SamplerFixture(text)
    #expect(try #require(fixture.sampler.simplest()).serialized().utf8.count < 200)
    #expect(try #require(fixture.sampler.fullest()).serialized().utf8.count < 20_000)
    fixture.prove(seeds: 1...10)
  }

  @Test("what nobody can satisfy is given up")
  func impossible() throws {
    let text =
      ##"{"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}, {"required": ["d"]}], "required": ["next"], "properties": {"next": {"$ref": "#"}}}"##
    let fixture = try SamplerFixture(text)
    #expect(fixture.sampler.simplest() == nil)
    #expect(fixture.sampler.violations().isEmpty)
  }

  @Test("members that the service makes are not sent, required or not")
  func readOnly() throws {
    let fixture = try SamplerFixture(
      ##"{"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "integer", "readOnly": true}, "name": {"type": "string"}}}"##
    )
    #expect(fixture.sampler.simplest() == ["name": "text"])
    #expect(!fixture.sampler.violations().contains { $0.description.contains("'id'") })
  }

  @Test("an example that its schema does not allow is not used")
  func wrongExample() throws {
    let fixture = try SamplerFixture(
      ##"{"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 3, "default": ""}}}"##
    )
    #expect(fixture.sampler.simplest() == ["a": "text"])
  }

  @Test("items and names that must differ do")
  func different() throws {
    let items = try SamplerFixture(
      ##"{"type": "array", "items": {"type": "string"}, "minItems": 20, "maxItems": 20, "uniqueItems": true}"##)
    #expect(items.sampler.simplest()?.arrayValue?.count == 20)
    let names = try SamplerFixture(
      ##"{"type": "object", "propertyNames": {"pattern": "^[a-z]{4}$"}, "minProperties": 3}"##)
    #expect(names.sampler.simplest()?.objectValue?.count == 3)
  }

  @Test("alternatives of a member are all sent")
  func nested() throws {
    let fixture = try SamplerFixture(
      ##"{"type": "object", "required": ["a"], "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}"##
    )
    #expect(fixture.sampler.edges().contains { $0.value == ["a": .null] })
  }

  @Test("members that exclude each other do not keep the others out")
  func exclusive() throws {
    let fixture = try SamplerFixture(
      ##"{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": {"type": "integer"}}, "not": {"required": ["a", "b"]}}"##
    )
    #expect(fixture.sampler.fullest() == ["a": 1, "c": 1])
  }

  @Test("a simpler violation lacks no more than the one before")
  func sameFault() throws {
    let fixture = try SamplerFixture(
      ##"{"type": "object", "required": ["name", "age"], "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}"##
    )
    #expect(!fixture.sampler.simplifications(of: ["age": 5]).contains([:]))
  }
}
