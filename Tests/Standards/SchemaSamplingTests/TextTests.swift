import ECMARegex
import JSON
import JSONSchema
import SchemaSampling
import Testing

@Suite("Texts") struct TextTests {
  @Test(
    "patterns that people write have texts, at their shortest and longest",
    arguments: [
      #"^[a-z][a-z0-9_.]*$"#, #"^[\x21-\x7E]{1,255}$"#, #"^\d{3}-\d{4}$"#, #"^(red|green)(,(red|green))*$"#,
      #"^[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3}$"#, #"[0-9]+"#, #"^[^\u0000]*$"#, #"^\p{Lu}\p{Ll}+$"#,
      #"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"#, #"^(?!admin)[a-z]+$"#,
      #"^[+-]?(0|[1-9]\d*)(\.\d{1,2})?$"#,
      #"^\S+@\S+\.\S+$"#, #"^[\w.-]+$"#, #"^$"#, #"^\/v[12]\/.*$"#, #"^\u{41}\x42\t?$"#,
    ])
  func patterns(pattern: String) throws {
    let schema = JSONValue.object(["type": "string", "pattern": .string(pattern)])
    let fixture = try SamplerFixture(schema.serialized())
    #expect(fixture.sampler.simplest() != nil)
    for seed in 1...20 {
      var generator = TestBits(state: UInt64(seed))
      #expect(fixture.sampler.random(using: &generator) != nil)
    }
    fixture.prove(seeds: 1...20)
  }

  @Test("lengths and patterns hold together")
  func lengths() throws {
    let fixture = try SamplerFixture(#"{"type": "string", "pattern": "^[A-Z]+$", "minLength": 3, "maxLength": 5}"#)
    let lengths = Set(fixture.sampler.edges(includingSimplest: true).compactMap { $0.value.stringValue?.count })
    #expect(lengths == [3, 5])
    let broken = fixture.sampler.violations().filter { $0.keyword.hasSuffix("Length") }
    #expect(Set(broken.compactMap { $0.value.stringValue?.count }) == [2, 6])
    fixture.prove(seeds: 1...20)
  }

  @Test("a text that would be larger than is reasonable is not made")
  func huge() throws {
    let fixture = try SamplerFixture(#"{"type": "string", "maxLength": 100000000}"#)
    #expect(fixture.sampler.edges().allSatisfy { ($0.value.stringValue?.utf8.count ?? 0) < 100_000 })
    #expect(try SamplerFixture(#"{"type": "string", "minLength": 100000000}"#).sampler.simplest() == nil)
  }

  @Test(
    "formats have texts of their format", arguments: ["date-time", "date", "email", "uuid", "ipv6", "uri", "duration"])
  func formats(format: String) throws {
    var set = SchemaSetFixture()
    let schema = try set.schema(#"{"type": "string", "format": "\#(format)"}"#)
    let sampler = SchemaSampler(schema, patterns: ECMAPatternEngine())
    for sample in sampler.edges(includingSimplest: true) { #expect(schema.isValid(sample.value), "\(sample)") }
    #expect(sampler.edges(includingSimplest: true).count > 1)
  }

  @Test("the same random numbers give the same value, others give others")
  func deterministic() throws {
    let fixture = try SamplerFixture(
      #"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {"type": "number"}}}}"#
    )
    func values(_ seed: UInt64) -> [JSONValue?] {
      var generator = TestBits(state: seed)
      return (0..<5).map { _ in fixture.sampler.random(using: &generator) }
    }
    #expect(values(1) == values(1))
    #expect(values(1) != values(2))
  }
}
