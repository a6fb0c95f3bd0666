import DataContract
import Firestore
import FirestoreModel
import YAMLSource

/// Compares an object of a contract with some documents of its collection: Firestore has no catalogue.
struct CollectionCheck: Sendable {
  let object: SchemaObject
  let client: FirestoreClient

  /// Documents that are read.
  private static let sampleSize = 20

  /// Everything that differs in the documents that were read.
  func run() async throws -> [Diagnostic] {
    let path: CollectionPath
    do {
      path = try CollectionPath(object.physicalName)
    } catch {
      return []  // told when the rules were compiled
    }
    let query = StructuredQuery(
      from: .init(collectionID: path.id), orderBy: [.init(.documentID)], limit: Self.sampleSize)
    let documents = try await client.runQuery(query, parent: path.parent).documents
    guard !documents.isEmpty else {
      return [
        Diagnostic(
          severity: .warning, location: object.location,
          message: "the collection '\(object.physicalName)' has no documents, so nothing could be compared")
      ]
    }
    return object.properties.filter { !$0.isPrimaryKey }.flatMap { check($0, documents) }
  }

  private func check(_ property: SchemaProperty, _ documents: [FirestoreDocument]) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    let values = documents.map { $0.fields[property.physicalName] }
    let missing = values.count { $0 == nil || $0 == .null }
    if property.isRequired, missing > 0 {
      problems.append(warning(property, "is missing or null in \(missing) of \(documents.count) documents"))
    }
    guard let logical = property.logicalType else { return problems }
    let others = values.compactMap(\.self).filter { $0 != .null && !$0.can(be: logical) }
    if let first = others.first {
      problems.append(
        warning(
          property,
          "is no \(logical.rawValue) in \(others.count) of \(documents.count) documents, but for example "
            + first.kindName))
    }
    return problems
  }

  private func warning(_ property: SchemaProperty, _ what: String) -> Diagnostic {
    Diagnostic(
      severity: .warning, location: property.location, message: "'\(object.name).\(property.name)' \(what)")
  }
}

extension FirestoreValue {
  /// Whether the value is of a kind of the contract; Firestore has no dates and times of day, so those are texts.
  fileprivate func can(be logical: SchemaProperty.LogicalType) -> Bool {
    switch (logical, self) {
    case (.string, .string), (.string, .reference), (.string, .bytes), (.date, .string), (.date, .timestamp),
      (.timestamp, .timestamp), (.time, .string), (.number, .integer), (.number, .double), (.integer, .integer),
      (.object, .map), (.object, .geoPoint), (.array, .array), (.boolean, .boolean):
      true
    default: false
    }
  }

  /// The kind of the value, with its article.
  fileprivate var kindName: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .double: "a floating-point number"
    case .timestamp: "a timestamp"
    case .string: "a string"
    case .bytes: "bytes"
    case .reference: "a reference"
    case .geoPoint: "a point on earth"
    case .array: "an array"
    case .map: "a map"
    }
  }
}
