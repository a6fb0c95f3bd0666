/// A condition on the fields of a document.
package indirect enum QueryFilter: Sendable, Hashable {
  case all([QueryFilter])
  case any([QueryFilter])
  case field(FieldPath, FieldOperator, FirestoreValue)
  case unary(FieldPath, UnaryOperator)

  /// Operators between a field and a value.
  package enum FieldOperator: String, ProtoEnum {
    case lessThan = "LESS_THAN"
    case lessThanOrEqual = "LESS_THAN_OR_EQUAL"
    case greaterThan = "GREATER_THAN"
    case greaterThanOrEqual = "GREATER_THAN_OR_EQUAL"
    case equal = "EQUAL"
    case notEqual = "NOT_EQUAL"
    case arrayContains = "ARRAY_CONTAINS"
    case `in` = "IN"
    case arrayContainsAny = "ARRAY_CONTAINS_ANY"
    case notIn = "NOT_IN"

    package var number: Int {
      switch self {
      case .lessThan: 1
      case .lessThanOrEqual: 2
      case .greaterThan: 3
      case .greaterThanOrEqual: 4
      case .equal: 5
      case .notEqual: 6
      case .arrayContains: 7
      case .in: 8
      case .arrayContainsAny: 9
      case .notIn: 10
      }
    }

    /// Whether the operator selects a range of the field's order and so sorts the result by the field.
    package var isInequality: Bool {
      switch self {
      case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual, .notEqual, .notIn: true
      case .equal, .arrayContains, .in, .arrayContainsAny: false
      }
    }
  }

  /// Operators on a field alone.
  package enum UnaryOperator: String, ProtoEnum {
    case isNaN = "IS_NAN"
    case isNull = "IS_NULL"
    case isNotNaN = "IS_NOT_NAN"
    case isNotNull = "IS_NOT_NULL"

    package var number: Int {
      switch self {
      case .isNaN: 2
      case .isNull: 3
      case .isNotNaN: 4
      case .isNotNull: 5
      }
    }

    /// Whether the operator excludes a value and so sorts the result by the field.
    package var isInequality: Bool { self == .isNotNaN || self == .isNotNull }
  }

  enum CompositeOperator: String, ProtoEnum {
    case and = "AND"
    case or = "OR"

    var number: Int { self == .and ? 1 : 2 }
  }

  /// Number of field and unary conditions.
  package var leafCount: Int {
    switch self {
    case .all(let filters), .any(let filters): filters.reduce(0) { $0 + $1.leafCount }
    case .field, .unary: 1
    }
  }

  /// Calls `body` with every field and unary condition, in order.
  package func forEachLeaf(_ body: (QueryFilter) -> Void) {
    switch self {
    case .all(let filters), .any(let filters): for filter in filters { filter.forEachLeaf(body) }
    case .field, .unary: body(self)
    }
  }

  /// The fields that inequality conditions are about, each once, in the order of their paths.
  package var inequalityFields: [FieldPath] {
    var fields: Set<FieldPath> = []
    forEachLeaf { leaf in
      switch leaf {
      case .field(let path, let comparison, _) where comparison.isInequality: fields.insert(path)
      case .unary(let path, let test) where test.isInequality: fields.insert(path)
      default: break
      }
    }
    return fields.sorted()
  }
}
