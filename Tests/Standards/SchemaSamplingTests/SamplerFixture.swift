import ECMARegex
import JSON
import JSONSchema
import SchemaSampling
import Testing

/// A schema with a sampler for it.
struct SamplerFixture {
  let schema: Schema
  let sampler: SchemaSampler

  /// Reads a schema.
  init(_ text: String, pinned: [String: JSONValue] = [:], examples: [JSONValue] = []) throws {
    var set = SchemaSet(patterns: ECMAPatternEngine())
    try set.add(JSONValue(parsing: text), at: "test:schema")
    schema = try set.schema(at: "test:schema")
    var places: [JSONPointer: JSONValue] = [:]
    for (place, value) in pinned { places[try JSONPointer(parsing: place)] = value }
    sampler = SchemaSampler(schema, patterns: ECMAPatternEngine(), pinned: places, examples: examples)
  }

  /// `description → value` of samples that are as valid as they should be.
  static func lines(_ samples: [Sample]) -> [String] {
    samples.map { "\($0.description) → \($0.value.serialized().prefix(60))" }
  }

  /// Everything that the sampler makes, proved by the validator once more.
  func prove(seeds: ClosedRange<UInt64> = 1...5, sourceLocation: SourceLocation = #_sourceLocation) {
    for value in [sampler.simplest(), sampler.fullest()].compactMap(\.self) {
      #expect(schema.isValid(value), "\(value)", sourceLocation: sourceLocation)
    }
    for sample in sampler.edges() {
      #expect(schema.isValid(sample.value), "\(sample)", sourceLocation: sourceLocation)
    }
    for sample in sampler.violations() { prove(violation: sample, sourceLocation) }
    for seed in seeds {
      var generator = TestBits(state: seed)
      if let value = sampler.random(using: &generator) {
        #expect(schema.isValid(value), "\(value)", sourceLocation: sourceLocation)
      }
      if let sample = sampler.randomViolation(using: &generator) { prove(violation: sample, sourceLocation) }
    }
  }

  private func prove(violation sample: Sample, _ place: SourceLocation) {
    let violations = schema.validate(sample.value)
    #expect(violations.contains { $0.keyword == sample.keyword }, "\(sample): \(violations)", sourceLocation: place)
  }
}

/// Random numbers of a seed.
struct TestBits: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

/// Schemas whose formats are demands.
struct SchemaSetFixture {
  private var set = SchemaSet(patterns: ECMAPatternEngine(), formatAssertion: true)

  /// Compiles a schema.
  mutating func schema(_ text: String) throws -> Schema {
    try set.add(JSONValue(parsing: text), at: "test:format")
    return try set.schema(at: "test:format")
  }
}
