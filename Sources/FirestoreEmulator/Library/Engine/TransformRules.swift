import FirestoreModel
import RFC3339

/// What a field transform makes of a field: google.firestore.v1.DocumentTransform.FieldTransform.
enum TransformRules {
  /// Applies one transform and returns what the commit answers for it.
  static func apply(
    _ transform: FieldTransform, to fields: inout [String: FirestoreValue], requestTime: Timestamp
  ) throws(EmulatorError) -> FirestoreValue {
    let current = FirestoreValue.value(at: transform.field, in: fields)
    let (value, answer) = outcome(transform.operation, current: current, requestTime: requestTime)
    try DocumentRules.check(value, of: transform.field)
    FieldTree.set(value, at: transform.field, in: &fields)
    return answer
  }

  private static func outcome(
    _ operation: FieldTransform.Operation, current: FirestoreValue?, requestTime: Timestamp
  ) -> (value: FirestoreValue, answer: FirestoreValue) {
    switch operation {
    case .requestTime:
      let value = FirestoreValue.timestamp(requestTime)
      return (value, value)
    case .increment(let operand):
      let value = sum(current, operand)
      return (value, value)
    case .maximum(let operand):
      let value = extreme(current, operand) { $0 > 0 }
      return (value, value)
    case .minimum(let operand):
      let value = extreme(current, operand) { $0 < 0 }
      return (value, value)
    case .appendMissingElements(let elements):
      var array = elementsOf(current)
      for element in elements where !contains(array, element) { array.append(element) }
      return (.array(array), .null)
    case .removeAllFromArray(let elements):
      return (.array(elementsOf(current).filter { !contains(elements, $0) }), .null)
    }
  }

  /// Integers saturate; a double on either side gives a double; a field that is no number becomes the operand.
  private static func sum(_ current: FirestoreValue?, _ operand: FirestoreValue) -> FirestoreValue {
    switch (current, operand) {
    case (.integer(let left)?, .integer(let right)):
      let (sum, overflow) = left.addingReportingOverflow(right)
      return .integer(overflow ? (right > 0 ? .max : .min) : sum)
    case (.integer(let left)?, .double(let right)): return .double(Double(left) + right)
    case (.double(let left)?, .integer(let right)): return .double(left + Double(right))
    case (.double(let left)?, .double(let right)): return .double(left + right)
    default: return operand
    }
  }

  /// Ties keep the stored value (3 against 3.0, 0 against -0.0); NaN wins over every number.
  private static func extreme(
    _ current: FirestoreValue?, _ operand: FirestoreValue, replaces: (Int) -> Bool
  ) -> FirestoreValue {
    guard let current, current.isNumber else { return operand }
    if current.isNaN { return current }
    if operand.isNaN { return operand }
    return replaces(FirestoreValue.compare(operand, current)) ? operand : current
  }

  private static func elementsOf(_ value: FirestoreValue?) -> [FirestoreValue] {
    if case .array(let elements)? = value { return elements }
    return []
  }

  private static func contains(_ elements: [FirestoreValue], _ value: FirestoreValue) -> Bool {
    elements.contains { FirestoreValue.compare($0, value) == 0 }
  }
}
