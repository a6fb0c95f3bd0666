import FirestoreModel

/// Whether a document satisfies a filter.
///
/// A condition on a field that the document lacks is never satisfied, not even `!=`: Firestore answers queries from
/// indexes, and a missing field is in none.
enum FilterRules {
  static func matches(_ filter: QueryFilter, _ document: StoredDocument) -> Bool {
    switch filter {
    case .all(let filters):
      return filters.allSatisfy { matches($0, document) }
    case .any(let filters):
      return filters.contains { matches($0, document) }
    case .unary(let path, let test):
      guard let value = FirestoreValue.value(at: path, in: document.fields) else { return false }
      return matches(test, value)
    case .field(let path, let comparison, let operand):
      if path.isDocumentID { return matchesName(comparison, operand, document) }
      guard let value = FirestoreValue.value(at: path, in: document.fields) else { return false }
      return matches(comparison, value, operand)
    }
  }

  private static func matches(_ test: QueryFilter.UnaryOperator, _ value: FirestoreValue) -> Bool {
    switch test {
    case .isNull: value == .null
    case .isNotNull: value != .null
    case .isNaN: value.isNaN
    // As in `!=`, null is not "something other than NaN".
    case .isNotNaN: !value.isNaN && value != .null
    }
  }

  private static func matches(
    _ comparison: QueryFilter.FieldOperator, _ value: FirestoreValue, _ operand: FirestoreValue
  ) -> Bool {
    switch comparison {
    case .equal:
      return isEqual(value, operand)
    case .notEqual:
      return operand != .null && value != .null && FirestoreValue.compare(value, operand) != 0
    case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual:
      return isInRange(value, comparison, operand)
    case .arrayContains:
      return elements(value).contains { FirestoreValue.compare($0, operand) == 0 }
    case .arrayContainsAny:
      let wanted = elements(operand)
      return elements(value).contains { element in wanted.contains { isEqual(element, $0) } }
    case .in:
      return elements(operand).contains { isEqual(value, $0) }
    case .notIn:
      let excluded = elements(operand)
      return value != .null
        && !excluded.contains { $0 == .null || FirestoreValue.compare(value, $0) == 0 }
    }
  }

  /// Null is found by IS_NULL only: as an operand it equals nothing.
  private static func isEqual(_ value: FirestoreValue, _ operand: FirestoreValue) -> Bool {
    operand != .null && FirestoreValue.compare(value, operand) == 0
  }

  /// A range stays within the type of its operand; NaN is in no range of numbers and bounds none.
  private static func isInRange(
    _ value: FirestoreValue, _ comparison: QueryFilter.FieldOperator, _ operand: FirestoreValue
  ) -> Bool {
    guard value.typeRank == operand.typeRank, operand != .null, !value.isNaN, !operand.isNaN else { return false }
    return satisfies(comparison, FirestoreValue.compare(value, operand))
  }

  private static func satisfies(_ comparison: QueryFilter.FieldOperator, _ order: Int) -> Bool {
    switch comparison {
    case .lessThan: order < 0
    case .lessThanOrEqual: order <= 0
    case .greaterThan: order > 0
    case .greaterThanOrEqual: order >= 0
    case .equal: order == 0
    case .notEqual: order != 0
    case .arrayContains, .arrayContainsAny, .in, .notIn: false
    }
  }

  private static func matchesName(
    _ comparison: QueryFilter.FieldOperator, _ operand: FirestoreValue, _ document: StoredDocument
  ) -> Bool {
    switch comparison {
    case .in: return elements(operand).contains { NameOrder.compare(document, reference: $0) == 0 }
    case .notIn: return !elements(operand).contains { NameOrder.compare(document, reference: $0) == 0 }
    default: return satisfies(comparison, NameOrder.compare(document, reference: operand))
    }
  }

  private static func elements(_ value: FirestoreValue) -> [FirestoreValue] {
    if case .array(let elements) = value { return elements }
    return []
  }
}
