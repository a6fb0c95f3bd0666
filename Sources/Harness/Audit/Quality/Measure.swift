import DataContract
import JSON

/// What a library metric counts as a violation, with its arguments read.
enum Measure: Sendable, Hashable {
  case nullValues
  /// NULL in some of the columns and not in all.
  case partialNulls
  /// Values that stand for "nothing was given", such as an empty text.
  case missingValues([JSONValue])
  case invalidValues(validValues: [JSONValue]?, pattern: String?)
  case duplicateValues
  /// Times that are longer ago than this.
  case outlived(Duration)
  case rowCount

  /// Arguments that a metric cannot work with.
  struct Unusable: Error, Hashable {
    let message: String
    let remedy: String
  }

  /// Reads a metric of the standard's library.
  init(_ metric: QualityRule.Metric, _ arguments: [String: JSONValue]) throws(Unusable) {
    switch metric {
    case .nullValues: self = .nullValues
    case .duplicateValues: self = .duplicateValues
    case .rowCount: self = .rowCount
    case .missingValues:
      guard let values = arguments["missingValues"]?.arrayValue, !values.isEmpty else {
        throw Unusable(
          message: "missingValues does not say which values count as missing",
          remedy: "give arguments: {missingValues: [null, '', 'N/A']}")
      }
      self = .missingValues(values)
    case .invalidValues:
      let values = arguments["validValues"]?.arrayValue
      let pattern = arguments["pattern"]?.stringValue
      guard values != nil || pattern != nil else {
        throw Unusable(
          message: "invalidValues does not say which values are valid",
          remedy: "give arguments: {validValues: [...]} or {pattern: '...'}")
      }
      self = .invalidValues(validValues: values, pattern: pattern)
    }
  }
}

extension JSONValue {
  /// The value as stores write it as text; nil for null.
  var keyText: String? {
    switch self {
    case .null: nil
    case .string(let text): text
    case .number(let number): number.canonicalLexeme
    case .bool, .array, .object: serialized()
    }
  }
}
