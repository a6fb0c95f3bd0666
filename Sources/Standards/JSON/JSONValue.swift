// A value of our own because a contract checker must see what was sent: members in their order, numbers by their
// digits, 1 and true apart. Equality is that of JSON: texts are equal by their code points (Swift's String compares by
// canonical equivalence, so "é" and "e" with an accent would be one member), numbers by their value, objects by their
// members in any order.

/// A JSON value.
package enum JSONValue: Sendable {
  /// The literal `null`.
  case null
  /// The literal `true` or `false`.
  case bool(Bool)
  /// A number, exact.
  case number(JSONNumber)
  /// A text.
  case string(String)
  /// Values in their order.
  case array([JSONValue])
  /// Members in their order, each name once.
  case object(JSONObject)
}

extension JSONValue: Hashable {
  /// Whether two values are equal as JSON: 1 equals 1.0, and the order of members does not count.
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.isIdentical(to: right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  /// Feeds the value to a hasher; equal values feed the same.
  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0 as UInt8)
    case .bool(let value): hasher.combine(value ? 2 : 1 as UInt8)
    case .number(let value): hasher.combine(value)
    case .string(let value): hasher.combine(value)
    case .array(let values):
      hasher.combine(values.count)
      for value in values { value.hash(into: &hasher) }
    case .object(let object): hasher.combine(object)
    }
  }
}

extension JSONValue {
  /// Whether the value is `null`.
  package var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The truth value of a boolean; nil for other kinds, the numbers 0 and 1 included.
  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The number; nil for other kinds.
  package var numberValue: JSONNumber? {
    if case .number(let value) = self { value } else { nil }
  }

  /// The whole number, `1.0` counted as one; nil for other kinds, for fractions and beyond 64 bits.
  package var intValue: Int? {
    if case .number(let value) = self { value.int64.flatMap { Int(exactly: $0) } } else { nil }
  }

  /// The nearest binary floating-point number, infinite beyond its range; nil for other kinds.
  package var doubleValue: Double? {
    if case .number(let value) = self { value.double } else { nil }
  }

  /// The text; nil for other kinds.
  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements of an array; nil for other kinds.
  package var arrayValue: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The members of an object; nil for other kinds.
  package var objectValue: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The member of an object by its name; nil when there is none and for other kinds.
  package subscript(key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  /// The element of an array by its index; nil outside the array and for other kinds.
  package subscript(index: Int) -> JSONValue? {
    guard case .array(let values) = self, values.indices.contains(index) else { return nil }
    return values[index]
  }

  /// The kind by its name in JSON Schema: `null`, `boolean`, `number`, `string`, `array` or `object`.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as compact JSON.
  package var description: String { serialized() }
}
