import DataContract
import JSON

/// A metric of the standard's library over a table or a collection.
struct MetricCheck: Sendable {
  /// The judged rows, with the measured columns as its columns.
  let relation: Relation
  let measure: Measure
  let threshold: Threshold
  /// Whether the threshold is about a share of the rows, 0 to 100, instead of their number.
  let inPercent: Bool

  /// What was counted.
  struct Figures: Sendable, Hashable {
    let total: Int
    let offending: Int
  }

  /// The value that the threshold is about; of no rows, none offend.
  func value(_ figures: Figures) -> JSONValue {
    if measure == .rowCount { return .number(JSONNumber(figures.total)) }
    if !inPercent { return .number(JSONNumber(figures.offending)) }
    let share = figures.total == 0 ? 0 : 100 * Double(figures.offending) / Double(figures.total)
    // Finite, since the total is not zero.
    return JSONNumber(share).map { .number($0) } ?? .null
  }

  /// Whether the figures are what they must be.
  func isSatisfied(_ figures: Figures) -> Bool { threshold.isSatisfied(by: value(figures)) }

  /// Whether offending rows are what breaks the threshold: with none of them it would be kept.
  ///
  /// "At least ten nulls" is broken by the table as a whole, and so is a row count.
  var blamesRows: Bool { measure != .rowCount && threshold.isSatisfied(by: .number(JSONNumber(0))) }
}
