import JSON
import JSONSchema
import SchemaSampling
import Testing

@Suite("Simplification") struct SimplificationTests {
  /// Makes a value simpler as long as it still fails.
  private func shrink(_ value: JSONValue, _ sampler: SchemaSampler, while fails: (JSONValue) -> Bool) -> JSONValue {
    var value = value
    while let simpler = sampler.simplifications(of: value).first(where: fails) { value = simpler }
    return value
  }

  @Test("a failing value shrinks to what makes it fail")
  func minimal() throws {
    let fixture = try SamplerFixture(
      #"""
      {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1},
        "tags": {"type": "array", "items": {"type": "string"}}, "size": {"type": "integer"}}}
      """#)
    let failing: JSONValue = ["name": "Grace Hopper", "tags": ["x", "a'b", "y"], "size": 4711]
    let quote = shrink(failing, fixture.sampler) { $0["tags"]?.serialized().contains("'") ?? false }
    #expect(quote == ["name": "a", "tags": ["'"]])
    let large = shrink(failing, fixture.sampler) { ($0["size"]?.numberValue?.int64 ?? 0) >= 100 }
    #expect(large == ["name": "a", "size": 100])
  }

  @Test("simpler violations break the same keyword, and pinned places stay")
  func violations() throws {
    let fixture = try SamplerFixture(
      #"{"type": "object", "properties": {"id": {"type": "integer"}, "n": {"type": "string", "maxLength": 3}}}"#,
      pinned: ["/id": 4711])
    for simpler in fixture.sampler.simplifications(of: ["id": 4711, "n": "abcdefgh"]) {
      #expect(fixture.schema.validate(simpler).map(\.keyword) == ["maxLength"])
      #expect(simpler["id"] == 4711)
    }
    #expect(shrink(["id": 4711, "n": "abcdefgh"], fixture.sampler) { _ in true }["n"]?.stringValue?.count == 4)
  }
}
