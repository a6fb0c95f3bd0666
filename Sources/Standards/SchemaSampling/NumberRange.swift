import JSON

/// The numbers that a shape allows, as far as 64-bit arithmetic reaches.
struct NumberRange {
  private let shape: Shape
  /// Distance between neighbours: 1 for whole numbers, else the divisor or a hundredth.
  let step: Double

  init(_ shape: Shape) {
    self.shape = shape
    let divisor = shape.divisors.map(\.double).max()
    step = shape.isInteger ? max(1, divisor ?? 1) : divisor ?? 0.01
  }

  /// The smallest number; nil without a lower bound.
  var least: JSONNumber? {
    guard let bound = shape.minimum else { return nil }
    return aligned(bound.value, isAllowed: !bound.isExclusive, rounding: .up)
  }

  /// The largest number; nil without an upper bound.
  var greatest: JSONNumber? {
    guard let bound = shape.maximum else { return nil }
    return aligned(bound.value, isAllowed: !bound.isExclusive, rounding: .down)
  }

  /// The next number below the smallest.
  var belowLeast: JSONNumber? {
    guard let bound = shape.minimum else { return nil }
    return bound.isExclusive ? bound.value : shifted(bound.value, by: -step)
  }

  /// The next number above the largest.
  var aboveGreatest: JSONNumber? {
    guard let bound = shape.maximum else { return nil }
    return bound.isExclusive ? bound.value : shifted(bound.value, by: step)
  }

  /// The widest range that random numbers are drawn from where nothing is said.
  private static let usual = -1_000_000.0...1_000_000.0

  /// A number: the simplest, or any.
  func number(isRandom: Bool, using generator: inout any RandomNumberGenerator) -> JSONNumber? {
    if isRandom {
      let low = max(least?.double ?? Self.usual.lowerBound, -9e15)
      let high = min(greatest?.double ?? max(Self.usual.upperBound, low + 1_000), 9e15)
      let start = shape.minimum == nil ? min(low, high - 1_000) : low
      guard start <= high else { return least ?? greatest }
      let drawn = Double.random(in: start...high, using: &generator)
      return number(((drawn / step).rounded(.down) * step).clamped(to: start...high))
    }
    for candidate in [1.0, 0.0] where shape.divisors.isEmpty {
      if let number = number(candidate), isWithin(number) { return number }
    }
    if !shape.divisors.isEmpty, let number = number(step), isWithin(number) { return number }
    return least ?? greatest ?? number(0)
  }

  private func isWithin(_ number: JSONNumber) -> Bool {
    if let least, number < least { return false }
    if let greatest, number > greatest { return false }
    return true
  }

  private func aligned(
    _ bound: JSONNumber, isAllowed: Bool, rounding rule: FloatingPointRoundingRule
  ) -> JSONNumber? {
    let direction: Double = rule == .up ? 1 : -1
    let isOnGrid = shape.divisors.allSatisfy(bound.isMultiple) && (!shape.isInteger || bound.isInteger)
    if isAllowed, isOnGrid { return bound }
    if shape.divisors.isEmpty, !shape.isInteger || bound.isInteger { return shifted(bound, by: direction * step) }
    var multiple = (bound.double / step).rounded(rule) * step
    if !isAllowed, multiple == bound.double { multiple += direction * step }
    return number(multiple)
  }

  private func shifted(_ number: JSONNumber, by distance: Double) -> JSONNumber? {
    if let whole = number.int64, distance == distance.rounded(), let by = Int64(exactly: distance) {
      let (sum, isOver) = whole.addingReportingOverflow(by)
      // One beyond 64 bits is still a number in JSON.
      return isOver
        ? JSONNumber(lexeme: distance > 0 ? "9223372036854775808" : "-9223372036854775809") : JSONNumber(Int(sum))
    }
    return self.number(number.double + distance)
  }

  /// A number with as many places as the step has.
  func number(_ value: Double) -> JSONNumber? {
    guard value.isFinite else { return nil }
    if shape.isInteger || value == value.rounded(), abs(value) < 9e15 {
      return shape.isInteger || step >= 1 || value == value.rounded() ? JSONNumber(Int(value.rounded())) : nil
    }
    let scale = 1e6
    let rounded = (value * scale).rounded() / scale
    return JSONNumber(rounded)
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
