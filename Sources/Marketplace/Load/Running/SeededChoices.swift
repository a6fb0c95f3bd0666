/// Choices that repeat from their seed.
///
/// SplitMix64 of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
package struct SeededChoices: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the sequence of a seed; `stream` tells sequences of one seed apart.
  package init(seed: UInt64, stream: UInt64 = 0) {
    state = seed
    // One step in between, or neighbouring streams would be the same sequence shifted.
    state = next() ^ (stream &* 0xD134_2543_DE82_EF95)
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A whole number of a range.
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True so many times in a hundred.
  mutating func happens(percent: Int) -> Bool { number(1...100) <= percent }

  /// One of some constants.
  mutating func one<Value>(of values: [Value]) -> Value {
    guard let value = values.randomElement(using: &self) else { preconditionFailure("there is nothing to choose from") }
    return value
  }

  /// One of the values, each as often as its weight says; nil when no weight is above zero.
  mutating func weighted<Value>(_ values: some Sequence<(value: Value, weight: Int)>) -> Value? {
    let values = values.filter { $0.weight > 0 }
    guard !values.isEmpty else { return nil }
    var left = number(1...values.reduce(0) { $0 + $1.weight })
    for (value, weight) in values {
      left -= weight
      if left <= 0 { return value }
    }
    return values.last?.value
  }
}
