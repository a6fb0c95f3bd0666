import JSON
import JSONSchema

/// Makes texts for a shape.
struct TextBuilder: Sendable {
  let patterns: any PatternEngine

  /// Texts larger than this are not made, whatever `minLength` says.
  static let largest = 65_536

  /// A text: plain ASCII, or any characters that a person might type.
  func text(for shape: Shape, isRandom: Bool, using generator: inout any RandomNumberGenerator) -> String? {
    guard shape.minLength <= min(shape.maxLength, Self.largest) else { return nil }
    if !shape.patterns.isEmpty {
      return patternText(shape, isRandom: isRandom, using: &generator)
    }
    if let format = shape.format, let samples = FormatSamples.known[format] {
      let fitting = samples.filter { fits($0, shape) }
      if let sample = isRandom ? fitting.randomElement(using: &generator) : fitting.first { return sample }
    }
    if isRandom { return randomText(shape, using: &generator) }
    return text(length: max(shape.minLength, min(4, shape.maxLength)))
  }

  /// A readable text of so many characters.
  func text(length: Int) -> String {
    String(unsafeUninitializedCapacity: length) { buffer in
      for index in 0..<length { buffer.initializeElement(at: index, to: Self.letters[index % Self.letters.count]) }
      return length
    }
  }

  private static let letters = Array("text".utf8)

  /// Characters that services are known to stumble over, beside ordinary ones.
  private static let alphabet = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789      -_.,;:!?'\"<>&%$#@/\\()[]{}*+=|~^`äßéñøłжשم中文字😀🇨🇭\u{301}\u{200D}"
  ).map { Array($0.unicodeScalars) }

  private func randomText(_ shape: Shape, using generator: inout any RandomNumberGenerator) -> String {
    let most = min(shape.maxLength, shape.minLength + 40)
    let length = Int.random(in: shape.minLength...most, using: &generator)
    var scalars = String.UnicodeScalarView()
    var count = 0
    // Lengths are counted in code points (validation section 6.3.1).
    while count < length {
      guard let character = Self.alphabet.randomElement(using: &generator) else { break }
      for scalar in character where count < length {
        scalars.append(scalar)
        count += 1
      }
    }
    return String(scalars)
  }

  /// Whether a text is within the shape's lengths and matches its patterns.
  func fits(_ text: String, _ shape: Shape) -> Bool {
    let length = text.unicodeScalars.count
    return length >= shape.minLength && length <= shape.maxLength && shape.patterns.allSatisfy { matches(text, $0) }
  }

  /// Whether a text matches a pattern somewhere; false also when that takes too long to know.
  func matches(_ text: String, _ pattern: String) -> Bool {
    guard let compiled = try? patterns.compile(pattern) else { return false }
    return (try? compiled.firstMatch(in: text)) ?? false
  }

  private static let tries = 40

  private func patternText(
    _ shape: Shape, isRandom: Bool, using generator: inout any RandomNumberGenerator
  ) -> String? {
    if !isRandom, let format = shape.format, let sample = FormatSamples.known[format]?.first(where: { fits($0, shape) })
    {
      return sample
    }
    let plain = [text(length: max(shape.minLength, min(4, shape.maxLength))), text(length: shape.minLength)]
    if !isRandom, let text = plain.first(where: { !$0.isEmpty && fits($0, shape) }) { return text }
    // The longest is the pickiest, and others are satisfied by trial.
    guard let pattern = shape.patterns.max(by: { $0.utf8.count < $1.utf8.count }),
      let sampler = PatternSampler(pattern)
    else { return plain.first { fits($0, shape) } }
    for attempt in 0..<Self.tries {
      let goal = isRandom ? nil : attempt == 0 ? Optional(shape.minLength) : nil
      let text = sampler.text(length: goal, atMost: min(shape.maxLength, shape.minLength + 40), using: &generator)
      if fits(text, shape) { return text }
    }
    return text(length: shape.minLength, shape)
  }

  /// A text of exactly so many characters that matches the patterns; nil when none is found.
  func text(length: Int, _ shape: Shape) -> String? {
    guard length <= Self.largest else { return nil }
    let plain = text(length: length)
    guard !shape.patterns.isEmpty else { return plain }
    var exact = shape
    exact.minLength = length
    exact.maxLength = length
    for plain in [plain, String(repeating: "a", count: length), String(repeating: "1", count: length)] {
      if fits(plain, exact) { return plain }
    }
    var generator: any RandomNumberGenerator = FixedGenerator()
    for sampler in shape.patterns.compactMap({ PatternSampler($0) }) {
      for _ in 0..<Self.exactTries {
        let text = sampler.text(length: length, atMost: length, using: &generator)
        if fits(text, exact) { return text }
        if let longer = stretched(text, to: length), fits(longer, exact) { return longer }
      }
    }
    return nil
  }

  private static let exactTries = 12

  /// The text with its middle repeated, where repetitions of a pattern usually are.
  private func stretched(_ text: String, to length: Int) -> String? {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count < length, !scalars.isEmpty else { return nil }
    let middle = scalars.count / 2
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[..<middle])
    view.append(contentsOf: repeatElement(scalars[middle], count: length - scalars.count))
    view.append(contentsOf: scalars[middle...])
    return String(view)
  }
}

/// Numbers that are the same every time, for values that must not depend on a seed.
struct FixedGenerator: RandomNumberGenerator {
  private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func next() -> UInt64 {
    // xorshift64* (Vigna 2016).
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_f491_4f6c_dd1d
  }
}
