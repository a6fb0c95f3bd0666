package import JSON
package import RFC3339

/// Reads one JSON object field by field and notes every violation instead of stopping at the first.
///
/// Required readers answer a harmless stand-in when a value is invalid. Nobody sees it: the decoding that made the
/// reader throws all violations once the object was read. Fields that nobody asked for are violations too.
package final class ObjectReader {
  private let object: JSONObject
  private let pointer: JSONPointer
  private let violations: ViolationList
  private var known: Set<String> = []

  init(_ object: JSONObject, at pointer: JSONPointer, violations: ViolationList) {
    self.object = object
    self.pointer = pointer
    self.violations = violations
  }

  /// Whether the object has the field, null included.
  package func isPresent(_ key: String) -> Bool {
    known.insert(key)
    return object[key] != nil
  }

  /// Notes that a field breaks a rule the readers do not know, for example one across fields.
  package func violation(_ key: String, _ detail: String) {
    violations.add(.pointer(pointer.appending(key)), detail)
  }

  /// Notes a violation when the object is empty, for updates that must change something.
  package func requireAnyField() {
    if object.isEmpty { violations.add(.pointer(pointer), "must have at least one field") }
  }

  func reportUnknownFields() {
    for key in object.keys where !known.contains(key) {
      violation(key, "is not a field of this object")
    }
  }

  /// The value of an optional field: nil when absent or null.
  func value(_ key: String) -> JSONValue? {
    known.insert(key)
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  /// Reads a required field; notes a violation when it is absent, null or refused by `read`.
  func required<T>(_ key: String, fallback: @autoclosure () -> T, _ read: (JSONValue) -> T?) -> T {
    guard let value = value(key) else {
      violation(key, object[key] == nil ? "is required" : "must not be null")
      return fallback()
    }
    return read(value) ?? fallback()
  }

  /// Notes that a value has the wrong type.
  func mismatch<T>(_ key: String, _ value: JSONValue, expected: String) -> T? {
    violation(key, "must be \(expected), not \(value.indefiniteTypeName)")
    return nil
  }
}

// MARK: - Scalars

extension ObjectReader {
  /// A required string of so many code points that keeps the rule; NUL is refused always.
  package func string(_ key: String, length: ClosedRange<Int> = 1...255, rule: StringRule? = nil) -> String {
    required(key, fallback: "") { parseString(key, $0, length, rule) }
  }

  /// A string as ``string(_:length:rule:)`` reads it; nil when absent or null.
  package func optionalString(
    _ key: String, length: ClosedRange<Int> = 1...255, rule: StringRule? = nil
  ) -> String? {
    value(key).flatMap { parseString(key, $0, length, rule) }
  }

  /// A required integer within the range; 2.0 counts as 2.
  package func integer(_ key: String, in range: ClosedRange<Int>) -> Int {
    required(key, fallback: range.lowerBound) { parseInteger(key, $0, range) }
  }

  /// An integer within the range; nil when absent or null.
  package func optionalInteger(_ key: String, in range: ClosedRange<Int>) -> Int? {
    value(key).flatMap { parseInteger(key, $0, range) }
  }

  /// A boolean; required unless a default is given.
  package func boolean(_ key: String, default fallback: Bool? = nil) -> Bool {
    if let fallback { return optionalBoolean(key) ?? fallback }
    return required(key, fallback: false) { $0.boolValue ?? mismatch(key, $0, expected: "a boolean") }
  }

  /// A boolean; nil when absent or null.
  package func optionalBoolean(_ key: String) -> Bool? {
    value(key).flatMap { $0.boolValue ?? mismatch(key, $0, expected: "a boolean") }
  }

  /// A required amount within the range, as a string with exactly two decimals.
  package func money(_ key: String, in range: ClosedRange<Money> = .zero ... .maximum) -> Money {
    required(key, fallback: range.lowerBound) { parseMoney(key, $0, range) }
  }

  /// An amount within the range; nil when absent or null.
  package func optionalMoney(_ key: String, in range: ClosedRange<Money> = .zero ... .maximum) -> Money? {
    value(key).flatMap { parseMoney(key, $0, range) }
  }

  /// A required string that is one of the cases.
  package func choice<E: CaseIterable & RawRepresentable<String>>(_ key: String, _ type: E.Type) -> E {
    // A choice type has at least one case; the stand-in is never seen.
    required(key, fallback: E.allCases.first!) { parseChoice(key, $0, type) }
  }

  /// A string that is one of the cases; nil when absent or null.
  package func optionalChoice<E: CaseIterable & RawRepresentable<String>>(_ key: String, _ type: E.Type) -> E? {
    value(key).flatMap { parseChoice(key, $0, type) }
  }

  /// A required instant in the form of RFC 3339.
  package func timestamp(_ key: String) -> Timestamp {
    required(key, fallback: Timestamp(seconds: 0, nanoseconds: 0)) { parseTimestamp(key, $0) }
  }

  /// An instant in the form of RFC 3339; nil when absent or null.
  package func optionalTimestamp(_ key: String) -> Timestamp? {
    value(key).flatMap { parseTimestamp(key, $0) }
  }

  private func parseString(
    _ key: String, _ value: JSONValue, _ length: ClosedRange<Int>, _ rule: StringRule?
  ) -> String? {
    guard let text = value.stringValue else { return mismatch(key, value, expected: "a string") }
    guard let problem = StringRule.violation(of: text, length: length, rule: rule) else { return text }
    violation(key, problem)
    return nil
  }

  private func parseInteger(_ key: String, _ value: JSONValue, _ range: ClosedRange<Int>) -> Int? {
    guard case .number(let number) = value, number.isInteger else {
      return mismatch(key, value, expected: "an integer")
    }
    guard let integer = value.intValue, range.contains(integer) else {
      violation(key, "must be from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return integer
  }

  private func parseMoney(_ key: String, _ value: JSONValue, _ range: ClosedRange<Money>) -> Money? {
    guard let text = value.stringValue else {
      return mismatch(key, value, expected: "an amount in a string, such as \"12.30\"")
    }
    guard let amount = Money(text) else {
      violation(key, "must be an amount with two decimals, such as \"12.30\"")
      return nil
    }
    guard range.contains(amount) else {
      violation(key, "must be from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return amount
  }

  private func parseChoice<E: CaseIterable & RawRepresentable<String>>(
    _ key: String, _ value: JSONValue, _ type: E.Type
  ) -> E? {
    guard let text = value.stringValue else { return mismatch(key, value, expected: "a string") }
    guard let choice = E(rawValue: text) else {
      violation(key, "must be one of \(E.allCases.map(\.rawValue).joined(separator: ", "))")
      return nil
    }
    return choice
  }

  private func parseTimestamp(_ key: String, _ value: JSONValue) -> Timestamp? {
    guard let text = value.stringValue else { return mismatch(key, value, expected: "a string") }
    guard let instant = Timestamp(rfc3339: text) else {
      violation(key, "must be an RFC 3339 time, such as 2026-11-24T02:22:35Z")
      return nil
    }
    return instant
  }
}

// MARK: - Structures

extension ObjectReader {
  /// A required array of objects, each read by the closure.
  package func array<T>(_ key: String, count: ClosedRange<Int>, _ element: (ObjectReader) -> T) -> [T] {
    required(key, fallback: []) { value in
      elements(key, value, count)?.enumerated().compactMap { index, item in
        let place = pointer.appending(key).appending(index)
        guard case .object(let object) = item else {
          violations.add(.pointer(place), "must be an object, not \(item.indefiniteTypeName)")
          return nil
        }
        return nested(object, at: place, element)
      }
    }
  }

  /// An array of strings; required unless a default is given.
  package func strings(
    _ key: String, count: ClosedRange<Int>, length: ClosedRange<Int> = 1...255, rule: StringRule? = nil,
    default fallback: [String]? = nil
  ) -> [String] {
    if let fallback, value(key) == nil { return fallback }
    return required(key, fallback: []) { value in
      elements(key, value, count)?.enumerated().compactMap { index, item in
        let place = pointer.appending(key).appending(index)
        guard let text = item.stringValue else {
          violations.add(.pointer(place), "must be a string, not \(item.indefiniteTypeName)")
          return nil
        }
        if let problem = StringRule.violation(of: text, length: length, rule: rule) {
          violations.add(.pointer(place), problem)
        }
        return text
      }
    }
  }

  /// An object, read by the closure; nil when absent or null.
  package func object<T>(_ key: String, _ read: (ObjectReader) -> T) -> T? {
    value(key).flatMap { value in
      guard case .object(let object) = value else { return mismatch(key, value, expected: "an object") }
      return nested(object, at: pointer.appending(key), read)
    }
  }

  /// Any JSON that PostgreSQL can keep as JSONB: no NUL in strings, no number beyond its range; nil when absent.
  package func json(_ key: String) -> JSONValue? {
    guard let value = value(key) else { return nil }
    for (place, detail) in JSONBLimits.violations(in: value, at: pointer.appending(key)) {
      violations.add(.pointer(place), detail)
    }
    return value
  }

  /// What a partial update says about a nullable field; `read` is one of the required readers.
  package func patch<T>(_ key: String, _ read: (String) -> T) -> Patch<T> {
    guard isPresent(key) else { return .absent }
    return value(key) == nil ? .null : .value(read(key))
  }

  private func elements(_ key: String, _ value: JSONValue, _ count: ClosedRange<Int>) -> [JSONValue]? {
    guard let elements = value.arrayValue else { return mismatch(key, value, expected: "an array") }
    guard count.contains(elements.count) else {
      violation(key, "must have \(count.lowerBound) to \(count.upperBound) elements")
      return nil
    }
    return elements
  }

  private func nested<T>(_ object: JSONObject, at place: JSONPointer, _ read: (ObjectReader) -> T) -> T {
    let reader = ObjectReader(object, at: place, violations: violations)
    let value = read(reader)
    reader.reportUnknownFields()
    return value
  }
}

extension JSONValue {
  /// The type with its article, for sentences.
  var indefiniteTypeName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
