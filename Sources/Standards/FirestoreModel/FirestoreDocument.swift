package import JSON
package import RFC3339

/// A document with its name, fields and times.
package struct FirestoreDocument: Sendable, Hashable {
  package let name: DocumentName
  package var fields: [String: FirestoreValue]
  /// When the document came to be; nil in documents that are still to be written.
  package var createTime: Timestamp?
  /// When the document last changed; nil in documents that are still to be written.
  package var updateTime: Timestamp?

  /// Makes a document; times are given by the server.
  package init(
    name: DocumentName, fields: [String: FirestoreValue] = [:], createTime: Timestamp? = nil,
    updateTime: Timestamp? = nil
  ) {
    self.name = name
    self.fields = fields
    self.createTime = createTime
    self.updateTime = updateTime
  }

  /// The value of a field, nested ones included; nil when missing.
  package subscript(path: FieldPath) -> FirestoreValue? {
    FirestoreValue.value(at: path, in: fields)
  }

  /// Reads the REST form of google.firestore.v1.Document.
  ///
  /// - Throws: When the name is missing or malformed, a field is malformed, or a member is unknown.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    let parts = try FirestoreDocument.parts(json: json)
    guard let text = parts.name else { throw FirestoreFormatError("a document needs a name.") }
    let name: DocumentName
    do { name = try DocumentName(parsing: text) } catch { throw error.inside("name") }
    self.init(name: name, fields: parts.fields, createTime: parts.createTime, updateTime: parts.updateTime)
  }

  /// A document as sent: the name may still be missing, because the URL names the document.
  package struct Parts: Sendable {
    package let name: String?
    package let fields: [String: FirestoreValue]
    package let createTime: Timestamp?
    package let updateTime: Timestamp?
  }

  /// Reads the REST form without judging the name.
  ///
  /// - Throws: When a field or time is malformed, or a member is unknown.
  package static func parts(json: JSONValue) throws(FirestoreFormatError) -> Parts {
    var object = try ProtoObject(json)
    let parts = Parts(
      name: try object.string("name"),
      fields: try object.read("fields", FirestoreValue.fields(json:)) ?? [:],
      createTime: try object.read("createTime", ProtoObject.timestamp),
      updateTime: try object.read("updateTime", ProtoObject.timestamp))
    try object.finish()
    return parts
  }

  /// The REST form; empty fields and unknown times are left out.
  package var json: JSONValue {
    var object: JSONObject = ["name": .string(name.description)]
    if !fields.isEmpty { object["fields"] = FirestoreValue.json(fields: fields) }
    if let createTime { object["createTime"] = .string(createTime.rfc3339) }
    if let updateTime { object["updateTime"] = .string(updateTime.rfc3339) }
    return .object(object)
  }
}
