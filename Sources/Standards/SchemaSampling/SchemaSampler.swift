// Values are made by guessing well and then proved by the validator: nothing that is called valid or a violation leaves
// here without its verdict. So the guesses may be simple, and what they do not cover (`not`, `if`, `contains`) costs
// candidates, never truth.

package import JSON
package import JSONSchema

/// Makes values for a schema: valid ones, ones at the edge of each constraint, and ones that break exactly one.
///
/// Without randomness the same schema gives the same values in the same order. Members that the service makes itself
/// (`readOnly`) are left out.
package struct SchemaSampler: Sendable {
  let schema: Schema
  let texts: TextBuilder
  let reader: ShapeReader
  let pinned: [JSONPointer: JSONValue]
  private let examples: [JSONValue]

  /// Prepares to make values.
  ///
  /// - Parameters:
  ///   - pinned: values that stand in their places in every value that is made, and that no value is about.
  ///   - examples: values that were documented; the first that is valid is the simplest.
  package init(
    _ schema: Schema, patterns: any PatternEngine, pinned: [JSONPointer: JSONValue] = [:], examples: [JSONValue] = []
  ) {
    // What is sent need not have what the service makes itself.
    self.schema = schema.leavingOut(.readOnly)
    self.pinned = pinned
    self.examples = examples
    texts = TextBuilder(patterns: patterns)
    reader = ShapeReader(program: self.schema.program)
  }

  /// Whether only the service knows which values mean something; valid ones cannot be made then.
  package var isOpaque: Bool { reader.shapes(of: [0]).first?.isOpaque ?? false }

  /// The simplest value: what is required, and nothing else; nil when none is found.
  ///
  /// Where there are examples, what is required of the first that is valid: they mean more to a service.
  package func simplest() -> JSONValue? {
    examples.lazy.compactMap(proved).first.map(reduced) ?? made(.simplest)
  }

  /// The value without the members that it can do without.
  private func reduced(_ value: JSONValue) -> JSONValue {
    guard let object = value.objectValue else { return value }
    var value = value
    for name in object.keys where !pinned.keys.contains(where: { $0.tokens.first == name }) {
      let smaller = value.removing(name)
      if schema.isValid(smaller) { value = smaller }
    }
    return value
  }

  /// A value with everything that is optional, down to a few levels; nil when none is found.
  package func fullest() -> JSONValue? { made(.fullest) ?? simplest().map(grown) }

  /// The value with each optional member that goes together with those before it.
  private func grown(_ value: JSONValue) -> JSONValue {
    guard value.objectValue != nil, let shape = reader.shape(of: [0], fitting: value) else { return value }
    var value = value
    for (name, nodes) in shape.members where value[name] == nil {
      guard let shape = reader.shapes(of: nodes).first, !shape.isReadOnly, !shape.isOpaque else { continue }
      var builder = builder(.fullest)
      guard let member = builder.value(for: nodes, depth: 1),
        let larger = value.replacing(JSONPointer().appending(name), with: member), schema.isValid(larger)
      else { continue }
      value = larger
    }
    return value
  }

  /// A random value; the same random numbers give the same value.
  package func random(using generator: inout some RandomNumberGenerator) -> JSONValue? {
    for _ in 0..<Self.tries {
      let share = Double.random(in: 0.1...0.9, using: &generator)
      let seed = generator.next()
      if let value = made(.random(share: share), seed: seed) { return value }
    }
    return nil
  }

  /// A random valid value with one random constraint broken.
  package func randomViolation(using generator: inout some RandomNumberGenerator) -> Sample? {
    for _ in 0..<Self.tries {
      guard let base = isOpaque ? fullest() : random(using: &generator) else { break }
      let places = walker.places(of: base)
      guard let place = places.randomElement(using: &generator) else { break }
      guard let value = base.value(at: place.pointer) else { continue }
      // One at random is enough, so the others need no proof.
      for candidate in candidates(of: place, value).shuffled(using: &generator).prefix(Self.tries) {
        if let sample = proved(candidate, at: place, in: base) { return sample }
      }
    }
    return violations().randomElement(using: &generator)
  }

  private static let tries = 12

  var walker: PlaceWalker { PlaceWalker(reader: reader, excluded: Set(pinned.keys)) }

  /// A maker of values.
  func builder(_ extent: ValueBuilder.Extent, seed: UInt64? = nil) -> ValueBuilder {
    let generator: any RandomNumberGenerator = seed.map { SeededBits(state: $0) } ?? FixedGenerator()
    return ValueBuilder(schema: schema, reader: reader, texts: texts, extent: extent, generator: generator)
  }

  private func made(_ extent: ValueBuilder.Extent, seed: UInt64? = nil) -> JSONValue? {
    var builder = builder(extent, seed: seed)
    if case .simplest = extent { return builder.shallowest(for: [0]).flatMap(proved) }
    return builder.value(for: [0]).flatMap(proved)
  }

  /// The value with the pinned ones in place, if it is valid.
  private func proved(_ value: JSONValue) -> JSONValue? {
    let whole = withPinned(value)
    // Not by a ternary: `nil` would be read as the JSON value null.
    guard schema.isValid(whole) else { return .none }
    return .some(whole)
  }

  /// The value with the pinned ones where something holds them.
  func withPinned(_ value: JSONValue) -> JSONValue {
    var value = value
    for (place, pin) in pinned.sorted(by: { $0.key.description < $1.key.description }) {
      value = value.replacing(place, with: pin) ?? value
    }
    return value
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014), whose seeds need no preparation.
struct SeededBits: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
