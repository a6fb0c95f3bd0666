package import JSON

/// One write of a commit.
package struct Write: Sendable, Hashable {
  /// What is written.
  package enum Operation: Sendable, Hashable {
    /// Replaces the document, or with a mask only the masked fields: a masked field that `fields` lacks is deleted.
    case update(fields: [String: FirestoreValue], mask: [FieldPath]?)
    case delete
    /// Only applies the transforms, as an update with an empty mask does (the older form of a transform).
    case transform
  }

  package let document: DocumentName
  package let operation: Operation
  /// Applied after the update, in order; never with a delete.
  package let transforms: [FieldTransform]
  package let currentDocument: Precondition?

  /// Describes a write.
  package init(
    _ document: DocumentName, _ operation: Operation, transforms: [FieldTransform] = [],
    currentDocument: Precondition? = nil
  ) {
    self.document = document
    self.operation = operation
    self.transforms = transforms
    self.currentDocument = currentDocument
  }

  /// Creates or replaces a document.
  package static func set(_ document: DocumentName, _ fields: [String: FirestoreValue]) -> Write {
    Write(document, .update(fields: fields, mask: nil))
  }

  /// Creates a document; the commit fails when it exists.
  package static func create(_ document: DocumentName, _ fields: [String: FirestoreValue]) -> Write {
    Write(document, .update(fields: fields, mask: nil), currentDocument: .exists(false))
  }

  /// Deletes a document.
  package static func delete(_ document: DocumentName, currentDocument: Precondition? = nil) -> Write {
    Write(document, .delete, currentDocument: currentDocument)
  }

  /// Reads the REST form.
  ///
  /// - Throws: When not exactly one of update, delete and transform is given, or a part is malformed.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let update = try object.read("update") { (json) throws(FirestoreFormatError) in try FirestoreDocument(json: json) }
    let delete = try object.read("delete") { (json) throws(FirestoreFormatError) in
      try DocumentName(parsing: ProtoObject.string(json))
    }
    let transform = try object.read("transform", Write.documentTransform)
    let mask = try object.read("updateMask", Write.mask(json:))
    let updateTransforms = try object.list("updateTransforms") { (json) throws(FirestoreFormatError) in
      try FieldTransform(json: json)
    }
    let precondition = try object.read("currentDocument") { (json) throws(FirestoreFormatError) -> Precondition? in
      json.objectValue?.isEmpty == true ? nil : try Precondition(json: json)
    }
    try object.finish()
    guard mask == nil || update != nil else {
      throw FirestoreFormatError("an updateMask needs an update.", at: "updateMask")
    }
    guard updateTransforms.isEmpty || update != nil else {
      throw FirestoreFormatError("updateTransforms need an update.", at: "updateTransforms")
    }
    let current = precondition ?? nil
    switch (update, delete, transform) {
    case (let document?, nil, nil):
      self.init(
        document.name, .update(fields: document.fields, mask: mask), transforms: updateTransforms,
        currentDocument: current)
    case (nil, let name?, nil): self.init(name, .delete, currentDocument: current)
    case (nil, nil, let (name, transforms)?):
      self.init(name, .transform, transforms: transforms, currentDocument: current)
    default: throw FirestoreFormatError("a write has exactly one of update, delete and transform.")
    }
  }

  /// The REST form.
  package var json: JSONValue {
    var object = JSONObject()
    switch operation {
    case .update(let fields, let mask):
      object["update"] = FirestoreDocument(name: document, fields: fields).json
      if let mask { object["updateMask"] = Write.json(mask: mask) }
      if !transforms.isEmpty { object["updateTransforms"] = .array(transforms.map(\.json)) }
    case .delete:
      object["delete"] = .string(document.description)
    case .transform:
      object["transform"] = [
        "document": .string(document.description), "fieldTransforms": .array(transforms.map(\.json)),
      ]
    }
    if let currentDocument { object["currentDocument"] = currentDocument.json }
    return .object(object)
  }

  /// Reads a document mask: `{"fieldPaths": [...]}`, or the text form with commas.
  ///
  /// - Throws: When a path is malformed.
  package static func mask(json: JSONValue) throws(FirestoreFormatError) -> [FieldPath] {
    var object = try ProtoObject(json)
    let paths = try object.list("fieldPaths") { (json) throws(FirestoreFormatError) in
      try FieldPath(parsing: ProtoObject.string(json))
    }
    try object.finish()
    return paths
  }

  /// The REST form of a document mask.
  package static func json(mask: [FieldPath]) -> JSONValue {
    .object(mask.isEmpty ? [:] : ["fieldPaths": .array(mask.map { .string($0.description) })])
  }

  private static func documentTransform(
    _ json: JSONValue
  ) throws(FirestoreFormatError) -> (DocumentName, [FieldTransform]) {
    var object = try ProtoObject(json)
    let name = try object.read("document") { (json) throws(FirestoreFormatError) in
      try DocumentName(parsing: ProtoObject.string(json))
    }
    let transforms = try object.list("fieldTransforms") { (json) throws(FirestoreFormatError) in
      try FieldTransform(json: json)
    }
    try object.finish()
    guard let name else { throw FirestoreFormatError("a transform needs a document.") }
    return (name, transforms)
  }
}
