package import JSON
package import YAMLSource

/// A rule about the values of an object or property.
package struct QualityRule: Sendable, Hashable {
  /// What the rule counts or runs.
  package enum Kind: Sendable, Hashable {
    /// A metric of the standard's library, with its arguments.
    case library(Metric, arguments: [String: JSONValue], Threshold)
    /// A query with one number as its result.
    case sql(query: String, Threshold, rows: RowsQuery?)
    /// A rule for people only.
    case text
    /// A rule of another engine, which is not run.
    case custom(engine: String, implementation: JSONValue)
  }

  /// The metrics of the standard's library.
  package enum Metric: String, Sendable, Hashable, CaseIterable {
    case nullValues, missingValues, invalidValues, duplicateValues, rowCount
  }

  /// A query that lists the rows that break the rule (`concord.rows`).
  package struct RowsQuery: Sendable, Hashable {
    /// The SELECT.
    package let query: String
    /// The names of its first columns, which identify a row (`concord.key`).
    package let key: [String]
  }

  /// The dimensions of quality that the standard knows.
  package enum Dimension: String, Sendable, Hashable, CaseIterable {
    case accuracy, completeness, conformity, consistency, coverage, timeliness, uniqueness
  }

  /// The id of the rule: `concord.id`, else `id`, else made from the names of what it is about.
  package let id: String
  /// Its name for people.
  package let name: String?
  /// What the rule counts or runs.
  package let kind: Kind
  /// How grave a violation is: `concord.severity`, else `severity`, else an error.
  package let severity: RuleSeverity
  /// The dimension of quality.
  package let dimension: Dimension?
  /// The unit of the number: `rows` or `percent`.
  package let unit: String?
  /// What the rule demands, for people.
  package let summary: String?
  /// What a violation does to the business.
  package let businessImpact: String?
  /// Which rows the rule looks at (`concord.filter`).
  package let filter: RowFilter?
  /// What to do about a violation (`concord.remedy`).
  package let remedy: String?
  /// The object that the rule is about.
  package let object: String
  /// The path of the property that the rule is about; empty for the object as a whole.
  package let property: [String]
  /// All custom properties by name, those of Concord among them.
  package let custom: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation
}

/// What the number of a quality rule must be.
package enum Threshold: Sendable, Hashable, CustomStringConvertible {
  case mustBe(JSONValue)
  case mustNotBe(JSONValue)
  case mustBeGreaterThan(JSONNumber)
  case mustBeGreaterOrEqualTo(JSONNumber)
  case mustBeLessThan(JSONNumber)
  case mustBeLessOrEqualTo(JSONNumber)
  /// Both ends included.
  case mustBeBetween(JSONNumber, JSONNumber)
  /// Outside of both ends.
  case mustNotBeBetween(JSONNumber, JSONNumber)

  /// The names of the operators.
  static let operators = [
    "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo",
    "mustBeBetween", "mustNotBeBetween",
  ]

  /// Whether a value is what it must be; what is no number only ever equals or differs.
  package func isSatisfied(by value: JSONValue) -> Bool {
    switch self {
    case .mustBe(let expected): return value == expected
    case .mustNotBe(let unwanted): return value != unwanted
    default: break
    }
    guard case .number(let number) = value else { return false }
    return switch self {
    case .mustBe, .mustNotBe: false
    case .mustBeGreaterThan(let bound): number > bound
    case .mustBeGreaterOrEqualTo(let bound): number >= bound
    case .mustBeLessThan(let bound): number < bound
    case .mustBeLessOrEqualTo(let bound): number <= bound
    case .mustBeBetween(let low, let high): number >= low && number <= high
    case .mustNotBeBetween(let low, let high): number < low || number > high
    }
  }

  /// Whether a value is further from what it must be than another one that was not right either.
  ///
  /// What is no number, and what only must not be something, is worse as soon as it differs.
  package func isWorse(_ value: JSONValue, than other: JSONValue) -> Bool {
    guard let now = distance(of: value), let before = distance(of: other) else { return value != other }
    return now > before
  }

  /// How far a number is from where it must be; nil where that cannot be told.
  private func distance(of value: JSONValue) -> Double? {
    guard let number = value.doubleValue else { return nil }
    switch self {
    case .mustNotBe, .mustNotBeBetween: return nil
    case .mustBe(let expected): return expected.doubleValue.map { abs(number - $0) }
    case .mustBeGreaterThan(let bound), .mustBeGreaterOrEqualTo(let bound):
      return JSONValue.number(bound).doubleValue.map { max(0, $0 - number) }
    case .mustBeLessThan(let bound), .mustBeLessOrEqualTo(let bound):
      return JSONValue.number(bound).doubleValue.map { max(0, number - $0) }
    case .mustBeBetween(let low, let high):
      guard let low = JSONValue.number(low).doubleValue, let high = JSONValue.number(high).doubleValue else {
        return nil
      }
      return max(low - number, number - high, 0)
    }
  }

  /// What must be, in words: "must be 0".
  package var description: String {
    switch self {
    case .mustBe(let value): "must be \(value.serialized())"
    case .mustNotBe(let value): "must not be \(value.serialized())"
    case .mustBeGreaterThan(let bound): "must be greater than \(bound.lexeme)"
    case .mustBeGreaterOrEqualTo(let bound): "must be at least \(bound.lexeme)"
    case .mustBeLessThan(let bound): "must be less than \(bound.lexeme)"
    case .mustBeLessOrEqualTo(let bound): "must be at most \(bound.lexeme)"
    case .mustBeBetween(let low, let high): "must be between \(low.lexeme) and \(high.lexeme)"
    case .mustNotBeBetween(let low, let high): "must not be between \(low.lexeme) and \(high.lexeme)"
    }
  }
}
