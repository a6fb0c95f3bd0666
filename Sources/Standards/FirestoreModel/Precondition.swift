package import JSON
package import RFC3339

/// What must hold of a document for a write to happen.
package enum Precondition: Sendable, Hashable {
  /// The document exists, or does not.
  case exists(Bool)
  /// The document exists and was last changed at exactly this time.
  case updateTime(Timestamp)

  /// Reads the REST form.
  ///
  /// - Throws: When not exactly one of the two conditions is given.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let exists = try object.boolean("exists")
    let updateTime = try object.read("updateTime", ProtoObject.timestamp)
    try object.finish()
    switch (exists, updateTime) {
    case (let exists?, nil): self = .exists(exists)
    case (nil, let time?): self = .updateTime(time)
    default: throw FirestoreFormatError("a precondition is one of exists and updateTime.")
    }
  }

  /// The REST form.
  package var json: JSONValue {
    switch self {
    case .exists(let exists): ["exists": .bool(exists)]
    case .updateTime(let time): ["updateTime": .string(time.rfc3339)]
    }
  }
}
