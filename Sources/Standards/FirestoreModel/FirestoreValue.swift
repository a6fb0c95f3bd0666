package import RFC3339

/// A value of a Firestore field.
///
/// `Hashable` is identity of representation: 1 and 1.0 differ, NaN equals itself, -0.0 differs from 0.0, and texts are
/// the same only when their bytes are. What Firestore itself calls equal is ``compare(_:_:)`` returning zero. Swift
/// dictionaries compare keys canonically, so two field names of one map that are canonically equivalent but differ in
/// bytes (possible in Firestore, never seen in practice) cannot both be held.
package enum FirestoreValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case double(Double)
  /// Firestore keeps microseconds; finer parts are cut off when a value is read from JSON.
  case timestamp(Timestamp)
  case string(String)
  case bytes([UInt8])
  /// The full name of a document: `projects/p/databases/d/documents/users/u1`.
  case reference(String)
  /// Degrees: latitude in -90...90, longitude in -180...180.
  case geoPoint(latitude: Double, longitude: Double)
  case array([FirestoreValue])
  case map([String: FirestoreValue])
}

extension FirestoreValue: Hashable {
  /// Whether both are the same kind and the same representation.
  package static func == (left: FirestoreValue, right: FirestoreValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let first), .boolean(let second)): first == second
    case (.integer(let first), .integer(let second)): first == second
    case (.double(let first), .double(let second)): identical(first, second)
    case (.timestamp(let first), .timestamp(let second)): first == second
    case (.string(let first), .string(let second)): UTF8Order.equal(first, second)
    case (.bytes(let first), .bytes(let second)): first == second
    case (.reference(let first), .reference(let second)): UTF8Order.equal(first, second)
    case (.geoPoint(let latitude1, let longitude1), .geoPoint(let latitude2, let longitude2)):
      identical(latitude1, latitude2) && identical(longitude1, longitude2)
    case (.array(let first), .array(let second)): first == second
    case (.map(let first), .map(let second)): first == second
    default: false
    }
  }

  /// Feeds the representation into a hasher, consistent with `==`.
  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .boolean(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .double(let value): hasher.combine(value.isNaN ? Double.nan.bitPattern : value.bitPattern)
    case .timestamp(let value): hasher.combine(value)
    case .string(let value): hasher.combine(value)
    case .bytes(let value): hasher.combine(value)
    case .reference(let value): hasher.combine(value)
    case .geoPoint(let latitude, let longitude):
      hasher.combine(latitude.bitPattern)
      hasher.combine(longitude.bitPattern)
    case .array(let values): hasher.combine(values)
    case .map(let fields): hasher.combine(fields)
    }
  }

  private static func identical(_ left: Double, _ right: Double) -> Bool {
    left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
  }
}

extension FirestoreValue {
  /// Whether this is an integer or a double.
  package var isNumber: Bool {
    switch self {
    case .integer, .double: true
    default: false
    }
  }

  /// Whether this is the double NaN.
  package var isNaN: Bool {
    if case .double(let value) = self { return value.isNaN }
    return false
  }

  /// The components of a vector (a map whose `__type__` is `__vector__`), nil for every other value.
  package var vectorComponents: [FirestoreValue]? {
    guard case .map(let fields) = self, case .string("__vector__")? = fields["__type__"],
      case .array(let components)? = fields["value"]
    else { return nil }
    return components
  }

  /// The value of a nested field, nil when a segment is missing or its parent is not a map.
  package static func value(at path: FieldPath, in fields: [String: FirestoreValue]) -> FirestoreValue? {
    if path.segments.count == 1 { return fields[path.segments[0]] }
    guard let first = path.segments.first, var current = fields[first] else { return nil }
    for segment in path.segments.dropFirst() {
      guard case .map(let nested) = current, let next = nested[segment] else { return nil }
      current = next
    }
    return current
  }
}
