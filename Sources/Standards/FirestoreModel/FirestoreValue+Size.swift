// Sizes by https://firebase.google.com/docs/firestore/storage-size, on which the limits of documents and values rest.
extension FirestoreValue {
  /// Bytes that Firestore counts for this value.
  package var storageSize: Int {
    switch self {
    case .null, .boolean: 1
    case .integer, .double, .timestamp: 8
    case .string(let text): text.utf8.count + 1
    case .bytes(let bytes): bytes.count
    case .reference(let name): FirestoreValue.nameSize(name)
    case .geoPoint: 16
    case .array(let values): values.reduce(0) { $0 + $1.storageSize }
    case .map(let fields): FirestoreValue.storageSize(of: fields)
    }
  }

  /// Bytes that Firestore counts for named fields: each name plus one, each value.
  package static func storageSize(of fields: [String: FirestoreValue]) -> Int {
    fields.reduce(0) { $0 + $1.key.utf8.count + 1 + $1.value.storageSize }
  }

  /// How many maps and arrays are nested in this value, itself included; 0 for a scalar.
  package var nestingDepth: Int {
    switch self {
    case .array(let values): 1 + (values.lazy.map(\.nestingDepth).max() ?? 0)
    case .map(let fields): 1 + (fields.values.lazy.map(\.nestingDepth).max() ?? 0)
    default: 0
    }
  }

  /// Segments of the path plus one byte each, plus 16, where `name` is a document's full name.
  private static func nameSize(_ name: String) -> Int {
    let segments = name.pathSegments().dropFirst(5)
    return segments.reduce(16) { $0 + $1.utf8.count + 1 }
  }
}
