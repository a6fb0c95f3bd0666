/// What a partial update says about one nullable field.
package enum Patch<Value> {
  /// The field was not mentioned and stays as it is.
  case absent
  /// The field is cleared.
  case null
  /// The field gets this value.
  case value(Value)

  /// The field after the update.
  package func applied(to current: Value?) -> Value? {
    switch self {
    case .absent: current
    case .null: nil
    case .value(let value): value
    }
  }

  /// Whether the update mentions the field.
  package var isPresent: Bool {
    if case .absent = self { false } else { true }
  }
}

extension Patch: Sendable where Value: Sendable {}
extension Patch: Equatable where Value: Equatable {}
