import DataContract
import FirestoreModel
import JSON

/// A condition of a data contract on one field of a collection's documents.
struct FirestoreFilter: Sendable, Hashable {
  let field: FieldPath
  let comparison: QueryFilter.FieldOperator
  let value: FirestoreValue

  /// Reads a condition; its JSON value becomes the Firestore value that it looks like.
  init(field: String, comparison: RowFilter.Operator, value: JSONValue) throws(FirestoreFormatError) {
    self.field = try FieldPath(parsing: field)
    self.comparison = QueryFilter.FieldOperator(comparison)
    self.value = FirestoreValue(plain: value)
  }

  /// The condition as the server evaluates it; null has operators of its own.
  var query: QueryFilter {
    switch (comparison, value) {
    case (.equal, .null): .unary(field, .isNull)
    case (.notEqual, .null): .unary(field, .isNotNull)
    default: .field(field, comparison, value)
    }
  }

  /// Whether a document that is read by its name satisfies the condition, by the rules of Firestore's queries.
  ///
  /// A document that lacks the field never does, not even with `!=`: queries are answered from indexes, and a missing
  /// field is in none.
  func matches(_ document: FirestoreDocument) -> Bool {
    guard let found = FirestoreRelation.value(of: field, in: document) else { return false }
    switch comparison {
    case .equal: return value == .null ? found == .null : isEqual(found, value)
    case .notEqual: return found != .null && (value == .null || !isEqual(found, value))
    case .lessThan: return isComparable(found) && FirestoreValue.compare(found, value) < 0
    case .lessThanOrEqual: return isComparable(found) && FirestoreValue.compare(found, value) <= 0
    case .greaterThan: return isComparable(found) && FirestoreValue.compare(found, value) > 0
    case .greaterThanOrEqual: return isComparable(found) && FirestoreValue.compare(found, value) >= 0
    case .in: return elements(value).contains { isEqual(found, $0) }
    case .notIn: return found != .null && !elements(value).contains { $0 == .null || isEqual(found, $0) }
    case .arrayContains: return elements(found).contains { isEqual($0, value) }
    case .arrayContainsAny: return elements(found).contains { one in elements(value).contains { isEqual(one, $0) } }
    }
  }

  private func isEqual(_ found: FirestoreValue, _ wanted: FirestoreValue) -> Bool {
    wanted != .null && FirestoreValue.compare(found, wanted) == 0
  }

  /// A range stays within the type of its bound; NaN is in no range.
  private func isComparable(_ found: FirestoreValue) -> Bool {
    found.typeRank == value.typeRank && value != .null && !found.isNaN && !value.isNaN
  }

  private func elements(_ value: FirestoreValue) -> [FirestoreValue] {
    if case .array(let elements) = value { elements } else { [] }
  }
}

extension QueryFilter.FieldOperator {
  /// The operator of a data contract.
  init(_ comparison: RowFilter.Operator) {
    self =
      switch comparison {
      case .equal: .equal
      case .notEqual: .notEqual
      case .less: .lessThan
      case .lessOrEqual: .lessThanOrEqual
      case .greater: .greaterThan
      case .greaterOrEqual: .greaterThanOrEqual
      case .isIn: .in
      case .isNotIn: .notIn
      case .arrayContains: .arrayContains
      }
  }
}

extension FirestoreValue {
  /// The value that plain JSON stands for.
  init(plain json: JSONValue) {
    self =
      switch json {
      case .null: .null
      case .bool(let flag): .boolean(flag)
      case .number(let number): number.int64.map { .integer($0) } ?? .double(number.double)
      case .string(let text): .string(text)
      case .array(let values): .array(values.map(FirestoreValue.init(plain:)))
      case .object(let object):
        .map(Dictionary(object.map { ($0.key, FirestoreValue(plain: $0.value)) }, uniquingKeysWith: { $1 }))
      }
  }
}
