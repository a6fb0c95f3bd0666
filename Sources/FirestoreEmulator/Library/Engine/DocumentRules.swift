import FirestoreModel

/// What Firestore demands of names and fields before it stores a document.
enum DocumentRules {
  /// Checks the ids of a path that is to be written.
  static func check(_ path: DocumentPath) throws(EmulatorError) {
    guard path.segments.count <= 2 * FirestoreLimits.pathDepth else {
      throw .invalid("The path of a document cannot be deeper than \(FirestoreLimits.pathDepth) collections.")
    }
    var bytes = 0
    for (index, segment) in path.segments.enumerated() {
      try check(id: segment, kind: index.isMultiple(of: 2) ? "Collection" : "Resource")
      bytes += segment.utf8.count + 1
    }
    guard bytes <= FirestoreLimits.nameBytes else {
      throw .invalid("The name of a document cannot be longer than \(FirestoreLimits.nameBytes) bytes.")
    }
  }

  /// Checks one id; `kind` names it in the text.
  static func check(id: String, kind: String) throws(EmulatorError) {
    if id.isEmpty { throw .invalid("\(kind) id \"\" is invalid because it is empty.") }
    if id == "." || id == ".." { throw .invalid("\(kind) id \"\(id)\" is invalid because it is reserved.") }
    if id.utf8.contains(UInt8(ascii: "/")) {
      throw .invalid("\(kind) id \"\(id)\" is invalid because it contains \"/\".")
    }
    if id.utf8.count > FirestoreLimits.idBytes {
      throw .invalid("\(kind) id is invalid because it is longer than \(FirestoreLimits.idBytes) bytes.")
    }
    if isReserved(id), DocumentPath.numericID(id) == nil {
      throw .invalid("\(kind) id \"\(id)\" is invalid because it is reserved.")
    }
  }

  /// Checks the fields of a document as it is to be stored.
  static func check(_ fields: [String: FirestoreValue]) throws(EmulatorError) {
    for (name, value) in fields {
      try check(fieldName: name)
      try check(value, property: name, depth: 0)
    }
  }

  /// Checks one value that a transform brings in.
  static func check(_ value: FirestoreValue, of field: FieldPath) throws(EmulatorError) {
    for name in field.segments { try check(fieldName: name) }
    try check(value, property: field.description, depth: field.segments.count - 1)
  }

  /// Checks the stored size of a document and returns it.
  static func size(of fields: [String: FirestoreValue], at path: DocumentPath, name: DocumentName) throws(EmulatorError)
    -> Int
  {
    let nameSize = path.segments.reduce(16) { $0 + $1.utf8.count + 1 }
    let size = nameSize + FirestoreValue.storageSize(of: fields) + 32
    guard size <= FirestoreLimits.documentBytes else {
      throw .invalid(
        "Document '\(name)' cannot be written because its size (\(size) bytes) exceeds the maximum allowed size of "
          + "\(FirestoreLimits.documentBytes) bytes.")
    }
    return size
  }

  private static func check(fieldName name: String) throws(EmulatorError) {
    if name.isEmpty { throw .invalid("The property name is the empty string.") }
    if name.utf8.count > FirestoreLimits.fieldNameBytes {
      throw .invalid("A field name is longer than \(FirestoreLimits.fieldNameBytes) bytes.")
    }
    if isReserved(name) { throw .invalid("The field name \"\(name)\" is reserved.") }
  }

  private static func check(_ value: FirestoreValue, property: String, depth: Int) throws(EmulatorError) {
    switch value {
    case .string(let text):
      try check(bytes: text.utf8.count, property: property)
    case .bytes(let bytes):
      try check(bytes: bytes.count, property: property)
    case .reference(let name):
      do { _ = try DocumentName(parsing: name) } catch { throw EmulatorError(error) }
    case .array(let values):
      guard depth < FirestoreLimits.nestingDepth else { throw nested(property) }
      for element in values {
        if case .array = element { throw .invalid("Cannot convert an array value in an array value.") }
        try check(element, property: property, depth: depth + 1)
      }
    case .map(let fields):
      guard depth < FirestoreLimits.nestingDepth else { throw nested(property) }
      if let components = value.vectorComponents {
        guard fields.count == 2, components.allSatisfy(\.isNumber) else { throw nested(property) }
        return
      }
      for (name, nestedValue) in fields {
        guard !isReserved(name) else { throw nested(property) }
        try check(fieldName: name)
        try check(nestedValue, property: property, depth: depth + 1)
      }
    case .null, .boolean, .integer, .double, .timestamp, .geoPoint:
      break
    }
  }

  private static func check(bytes: Int, property: String) throws(EmulatorError) {
    guard bytes <= FirestoreLimits.fieldValueBytes else {
      throw .invalid("The value of property \"\(property)\" is longer than \(FirestoreLimits.fieldValueBytes) bytes.")
    }
  }

  private static func nested(_ property: String) -> EmulatorError {
    .invalid("Property \(property) contains an invalid nested entity.")
  }

  private static func isReserved(_ name: String) -> Bool {
    name.utf8.count >= 4 && name.utf8.starts(with: "__".utf8) && name.utf8.suffix(2).elementsEqual("__".utf8)
  }
}
