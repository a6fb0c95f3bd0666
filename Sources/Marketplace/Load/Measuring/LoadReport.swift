/// What a load came to.
package struct LoadReport: Sendable {
  /// An operation and what it answered.
  package struct Occasion: Sendable, Hashable {
    /// The operation.
    package let operation: LoadOperation
    /// The answer: status and kind, or what is wrong with it.
    package let what: String

    /// Pairs an operation with an answer.
    package init(operation: LoadOperation, what: String) {
      self.operation = operation
      self.what = what
    }
  }

  /// One unexpected answer, to be looked up in the services' logs.
  package struct Sample: Sendable, Hashable {
    /// What happened.
    package let occasion: Occasion
    /// The id of the request.
    package let requestID: String

    /// Pairs an occasion with a request.
    package init(occasion: Occasion, requestID: String) {
      self.occasion = occasion
      self.requestID = requestID
    }
  }

  /// How calls followed each other.
  package let pace: LoadSettings.Pace
  /// How many shoppers there were from the start.
  package let shoppers: Int
  /// What every choice was made from.
  package let seed: UInt64
  /// From the first call to the last answer.
  package let elapsed: Duration
  /// Whether it was stopped before its time.
  package let isInterrupted: Bool
  /// Calls of an open loop that were due and never begun, because too many waited for answers.
  package let unbegun: Int
  /// By operation; without those that were not called.
  package let figures: [LoadOperation: LoadFigures]
  /// How often which refusals came that are part of the game.
  package let refusals: [Occasion: Int]
  /// How often which unexpected answers came.
  package let surprises: [Occasion: Int]
  /// The first unexpected answers.
  package let samples: [Sample]

  /// Puts a report together.
  package init(
    pace: LoadSettings.Pace, shoppers: Int, seed: UInt64, elapsed: Duration, isInterrupted: Bool,
    unbegun: Int = 0, figures: [LoadOperation: LoadFigures], refusals: [Occasion: Int], surprises: [Occasion: Int],
    samples: [Sample]
  ) {
    self.pace = pace
    self.shoppers = shoppers
    self.seed = seed
    self.elapsed = elapsed
    self.isInterrupted = isInterrupted
    self.unbegun = unbegun
    self.figures = figures
    self.refusals = refusals
    self.surprises = surprises
    self.samples = samples
  }

  /// All operations together.
  package var total: LoadFigures { figures.values.reduce(into: LoadFigures()) { $0.add($1) } }

  /// Whether every answer was one that its call promised, or part of the game.
  package var isClean: Bool { surprises.isEmpty }

  /// Operations that were called, in the order of their list.
  var rows: [(operation: LoadOperation, figures: LoadFigures)] {
    LoadOperation.allCases.compactMap { operation in figures[operation].map { (operation, $0) } }
  }

  /// Occasions, most frequent first.
  static func sorted(_ counts: [Occasion: Int]) -> [(occasion: Occasion, count: Int)] {
    counts.map { (occasion: $0.key, count: $0.value) }.sorted { left, right in
      (right.count, left.occasion.operation.rawValue, left.occasion.what)
        < (left.count, right.occasion.operation.rawValue, right.occasion.what)
    }
  }

  /// How calls followed each other, in words.
  var paceText: String {
    switch pace {
    case .perSecond(let rate): "\(LoadText.decimal(rate)) calls per second, open loop"
    case .asFastAsAnswered: "as fast as answers come, closed loop"
    }
  }
}
