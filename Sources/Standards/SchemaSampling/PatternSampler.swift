// Generating from a regular expression is walking its syntax and taking one way at each fork. What a walk cannot know
// (lookarounds, back references, what surrounds an unanchored match) is left to the caller, who matches the result.

/// Makes texts that a regular expression of ECMA-262 matches, as a rule.
struct PatternSampler: Sendable {
  private let root: PatternSyntax

  /// Reads a pattern; nil when it has something that is not understood.
  init?(_ pattern: String) {
    var parser = PatternParser(pattern)
    guard let root = parser.parse() else { return nil }
    self.root = root
  }

  /// A text.
  ///
  /// - Parameters:
  ///   - length: characters that repetitions aim at; nil for few.
  ///   - most: characters beyond which repetitions end.
  func text(length: Int?, atMost most: Int, using generator: inout any RandomNumberGenerator) -> String {
    // An array, because counting a text's characters walks over all of them.
    var text: [Unicode.Scalar] = []
    write(root, length ?? Int.random(in: 0...min(16, max(0, most)), using: &generator), most, &text, &generator)
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    return String(view)
  }

  private func write(
    _ syntax: PatternSyntax, _ goal: Int, _ most: Int, _ text: inout [Unicode.Scalar],
    _ generator: inout any RandomNumberGenerator
  ) {
    switch syntax {
    case .empty: break
    case .set(let set): if let scalar = set.scalar(using: &generator) { text.append(scalar) }
    case .sequence(let parts): for part in parts { write(part, goal, most, &text, &generator) }
    case .choice(let ways):
      if let way = ways.randomElement(using: &generator) { write(way, goal, most, &text, &generator) }
    case .repetition(let part, let least, let limit):
      var count = 0
      while count < limit {
        if count >= least, text.count >= min(goal, most) { break }
        let before = text.count
        write(part, goal, most, &text, &generator)
        count += 1
        // What adds nothing would go on forever.
        if count >= least, text.count == before { break }
        if count > 4_096 { break }
      }
    }
  }
}

/// A regular expression, as far as it says what to write.
indirect enum PatternSyntax: Sendable {
  case empty
  case set(ScalarSet)
  case sequence([PatternSyntax])
  case choice([PatternSyntax])
  case repetition(PatternSyntax, least: Int, most: Int)
}

/// The characters that a class allows.
struct ScalarSet: Sendable {
  let ranges: [ClosedRange<UInt32>]
  let isNegated: Bool
  /// Those that texts are made of: printable ones, where there are any.
  private let pool: [Unicode.Scalar]

  /// What negated classes and the dot choose from: printable ASCII, letters most often, and a few others.
  private static let usual: [UInt32] =
    Array(0x61...0x7A) + Array(0x30...0x39) + Array(0x41...0x5A) + Array(0x20...0x7E) + [0xE4, 0x436, 0x4E2D]

  /// The characters in some ranges, or all others.
  init(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
    self.ranges = ranges
    self.isNegated = isNegated
    let values: [UInt32]
    if isNegated {
      values = Self.usual.filter { value in !ranges.contains { $0.contains(value) } }
    } else {
      // A wide range is mostly unassigned; its printable part is as good.
      let printable = ranges.filter { $0.overlaps(0x20...0x7E) }.map { $0.clamped(to: 0x20...0x7E) }
      values = (printable.isEmpty ? ranges : printable).flatMap { $0.prefix(200) }
    }
    pool = values.compactMap(Unicode.Scalar.init)
  }

  /// One of the characters; nil when there is none.
  func scalar(using generator: inout any RandomNumberGenerator) -> Unicode.Scalar? {
    pool.randomElement(using: &generator)
  }

  static let digits = ScalarSet([0x30...0x39])
  static let word = ScalarSet([0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x5F...0x5F])
  static let space = ScalarSet([0x20...0x20])
  static let any = ScalarSet([0x0A...0x0A, 0x0D...0x0D], isNegated: true)
}
