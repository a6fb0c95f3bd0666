import FirestoreModel
import JSON

// get, list, create, patch, delete and batchGet.
extension FirestoreREST {
  func get(_ name: DocumentName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    var parameters = QueryParameters(request.target)
    let mask = try parameters.mask("mask")
    let moment = try moment(&parameters)
    try parameters.finish()
    return reply(try engine.get(name, moment), in: name.databaseName, mask: mask)
  }

  func list(
    _ collection: CollectionPath, in database: DatabaseName, _ request: EmulatorRequest
  ) throws(EmulatorError) -> EmulatorReply {
    var parameters = QueryParameters(request.target)
    var listing = ListRequest(collection)
    listing.pageSize = try parameters.int32("pageSize")
    listing.showMissing = try parameters.boolean("showMissing") ?? false
    listing.orderBy = try OrderByText.parse(parameters.string("orderBy") ?? "")
    if let text = parameters.string("pageToken"), !text.isEmpty {
      let token = try PageToken(parsing: text)
      let path = try refusing { () throws(FirestoreFormatError) in try DocumentPath(token.last) }
      listing.after = ListPosition(path: path, readTime: token.readTime)
    }
    let mask = try parameters.mask("mask")
    let moment = try moment(&parameters)
    try parameters.finish()
    let answer = try engine.list(listing, in: database, moment)
    let root = database.documentsRoot
    return .json { writer in
      writer.raw("{")
      if !answer.items.isEmpty {
        writer.raw("\"documents\":")
        writer.list(answer.items) { writer, item in
          switch item {
          case .document(let document): writer.document(document, root: root, mask: mask)
          case .missing(let path):
            writer.raw("{\"name\":")
            writer.string("\(root)/\(path)")
            writer.raw("}")
          }
        }
      }
      if let next = answer.next {
        if !answer.items.isEmpty { writer.raw(",") }
        writer.raw("\"nextPageToken\":")
        writer.string(PageToken(readTime: next.readTime, last: next.path.description).text)
      }
      writer.raw("}")
    }
  }

  func create(
    in collection: CollectionPath, of database: DatabaseName, _ request: EmulatorRequest
  ) throws(EmulatorError) -> EmulatorReply {
    var parameters = QueryParameters(request.target)
    let id = parameters.string("documentId")
    let mask = try parameters.mask("mask")
    try parameters.finish()
    let document = try documentParts(request)
    guard document.name?.isEmpty ?? true else { throw .invalid("document.name must not be set") }
    let path = try engine.newDocument(in: collection, id: id?.isEmpty == true ? nil : id)
    let name = database.name(of: path)
    return try write(.create(name, document.fields), mask: mask)
  }

  func patch(_ name: DocumentName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    var parameters = QueryParameters(request.target)
    let updateMask = try parameters.mask("updateMask")
    let mask = try parameters.mask("mask")
    let precondition = try precondition(&parameters)
    try parameters.finish()
    let document = try documentParts(request)
    if let given = document.name, !given.isEmpty, given != name.description {
      throw .invalid("The document's name \"\(given)\" is not the name in the URL, \"\(name)\".")
    }
    return try write(
      Write(name, .update(fields: document.fields, mask: updateMask), currentDocument: precondition), mask: mask)
  }

  func delete(_ name: DocumentName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    var parameters = QueryParameters(request.target)
    let precondition = try precondition(&parameters)
    try parameters.finish()
    _ = try engine.commit([.delete(name, currentDocument: precondition)], to: name.databaseName)
    return .json { $0.raw("{}") }
  }

  func batchGet(in database: DatabaseName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    let (names, mask, moment) = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      let names = try object.list("documents") { (json) throws(FirestoreFormatError) in
        try DocumentName(parsing: ProtoObject.string(json))
      }
      let mask = try object.read("mask", Write.mask(json:))
      return (names, mask, try RequestBody.moment(&object))
    }
    let answer = try engine.lookup(names, in: database, moment)
    return .stream(LookupStream(answer, root: database.documentsRoot, mask: mask))
  }

  /// Commits one write and answers with the document that it left.
  private func write(_ write: Write, mask: [FieldPath]?) throws(EmulatorError) -> EmulatorReply {
    let name = write.document
    let commitTime = try engine.commit([write], to: name.databaseName).commitTime
    // Read at the time of the commit: a later write must not show in this answer.
    return reply(try engine.get(name, .at(commitTime.timestamp)), in: name.databaseName, mask: mask)
  }

  private func reply(_ document: StoredDocument, in database: DatabaseName, mask: [FieldPath]?) -> EmulatorReply {
    .json { $0.document(document, root: database.documentsRoot, mask: mask) }
  }

  private func documentParts(_ request: EmulatorRequest) throws(EmulatorError) -> FirestoreDocument.Parts {
    let json = try RequestBody.json(of: request)
    return try refusing { () throws(FirestoreFormatError) in try FirestoreDocument.parts(json: json) }
  }

  private func moment(_ parameters: inout QueryParameters) throws(EmulatorError) -> FirestoreEngine.ReadMoment {
    let transaction = try parameters.read("transaction", ProtoObject.bytes)
    let time = try parameters.read("readTime", ProtoObject.timestamp)
    switch (transaction, time) {
    case (nil, nil): return .now
    case (let id?, nil): return .inTransaction(id)
    case (nil, let time?): return .at(time)
    default: throw .invalid("at most one of transaction and readTime can be given.")
    }
  }

  private func precondition(_ parameters: inout QueryParameters) throws(EmulatorError) -> Precondition? {
    let exists = try parameters.boolean("currentDocument.exists")
    let time = try parameters.read("currentDocument.updateTime", ProtoObject.timestamp)
    switch (exists, time) {
    case (nil, nil): return nil
    case (let exists?, nil): return .exists(exists)
    case (nil, let time?): return .updateTime(time)
    default: throw .invalid("a precondition is one of exists and updateTime.")
    }
  }
}
