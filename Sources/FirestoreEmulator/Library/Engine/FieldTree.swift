import FirestoreModel

/// Changes at a path inside the fields of a document.
enum FieldTree {
  /// Sets a value, making or overwriting whatever stands on the way.
  static func set(_ value: FirestoreValue, at path: FieldPath, in fields: inout [String: FirestoreValue]) {
    set(value, at: path.segments[...], in: &fields)
  }

  /// Removes a value; parents stay, even when they become empty.
  static func remove(at path: FieldPath, in fields: inout [String: FirestoreValue]) {
    remove(at: path.segments[...], in: &fields)
  }

  /// Only the fields under the given paths; `__name__` selects none.
  static func project(_ fields: [String: FirestoreValue], to paths: [FieldPath]) -> [String: FirestoreValue] {
    var output: [String: FirestoreValue] = [:]
    for path in paths where path != .documentID {
      if let value = FirestoreValue.value(at: path, in: fields) { set(value, at: path, in: &output) }
    }
    return output
  }

  private static func set(
    _ value: FirestoreValue, at path: ArraySlice<String>, in fields: inout [String: FirestoreValue]
  ) {
    guard let name = path.first else { return }
    guard path.count > 1 else { return fields[name] = value }
    var nested: [String: FirestoreValue] = [:]
    if case .map(let existing)? = fields[name] { nested = existing }
    set(value, at: path.dropFirst(), in: &nested)
    fields[name] = .map(nested)
  }

  private static func remove(at path: ArraySlice<String>, in fields: inout [String: FirestoreValue]) {
    guard let name = path.first else { return }
    guard path.count > 1 else { return fields[name] = nil }
    guard case .map(var nested)? = fields[name] else { return }
    remove(at: path.dropFirst(), in: &nested)
    fields[name] = .map(nested)
  }
}
