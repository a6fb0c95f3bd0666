import FirestoreModel
import JSON

/// Firestore's REST API v1 on the engine: finds out what a request asks for, and answers in Google's envelope.
///
/// What is not known is refused (404 for unknown addresses, 501 for known methods that are not implemented), never
/// answered with success.
package struct FirestoreREST: Sendable {
  let engine: FirestoreEngine
  /// Production wraps errors of streaming methods in a list, Google's emulator does not; clients must read both.
  let wrapsStreamErrors: Bool

  /// Serves an engine.
  package init(engine: FirestoreEngine, wrapsStreamErrors: Bool = false) {
    self.engine = engine
    self.wrapsStreamErrors = wrapsStreamErrors
  }

  private static let streamingVerbs: Set<String> = ["batchGet", "runQuery", "runAggregationQuery"]
  private static let knownVerbs: Set<String> = [
    "batchGet", "runQuery", "runAggregationQuery", "partitionQuery", "listCollectionIds", "commit", "batchWrite",
    "beginTransaction", "rollback", "write", "listen", "executePipeline",
  ]

  /// Answers a request whose path starts with `/v1/projects/{project}/databases/{database}/documents`.
  package func answer(_ request: EmulatorRequest) -> EmulatorReply {
    do throws(EmulatorError) {
      try check(request.authorization)
      return try route(request)
    } catch {
      return .failure(error, isWrapped: wrapsStreamErrors && Self.streamingVerbs.contains(verb(of: request) ?? ""))
    }
  }

  /// Whether answering may take long, because it grows with a collection or a large body.
  package static func isLengthy(_ request: EmulatorRequest) -> Bool {
    guard request.body.count < 65_536 else { return true }
    if request.method == "GET" { return request.target.segments.count.isMultiple(of: 2) == false }
    let last = request.target.segments.last ?? ""
    return ["runQuery", "runAggregationQuery", "partitionQuery", "listCollectionIds"].contains {
      last.hasSuffix(":" + $0)
    }
  }

  private func route(_ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    let verb = verb(of: request)
    let resource = try resource(of: request.target.segments, verb: verb)
    if let verb, request.method == "POST" { return try call(verb, on: resource, request) }
    switch (request.method, resource) {
    case ("GET", .document(let name)): return try get(name, request)
    case ("GET", .collection(let database, let path)): return try list(path, in: database, request)
    case ("POST", .collection(let database, let path)): return try create(in: path, of: database, request)
    case ("PATCH", .document(let name)): return try patch(name, request)
    case ("DELETE", .document(let name)): return try delete(name, request)
    case ("POST", .document(let name)):
      throw .invalid("Document parent name \"\(name)\" is not the name of a collection.")
    case ("PATCH", .collection(_, let path)), ("DELETE", .collection(_, let path)):
      throw .invalid("Document name \"\(path)\" is not the name of a document.")
    default: throw EmulatorError(.notFound, "Method not found.")
    }
  }

  private func call(
    _ verb: String, on resource: Resource, _ request: EmulatorRequest
  ) throws(EmulatorError) -> EmulatorReply {
    let (database, parent) = try parent(resource)
    switch verb {
    case "runQuery": return try runQuery(below: parent, in: database, request)
    case "runAggregationQuery": return try runAggregation(below: parent, in: database, request)
    case "partitionQuery": return try partitionQuery(below: parent, in: database, request)
    case "listCollectionIds": return try listCollectionIDs(below: parent, in: database, request)
    case _ where parent != nil: throw EmulatorError(.notFound, "Method not found.")
    case "batchGet": return try batchGet(in: database, request)
    case "commit": return try commit(to: database, request)
    case "batchWrite": return try batchWrite(to: database, request)
    case "beginTransaction": return try beginTransaction(in: database, request)
    case "rollback": return try rollback(in: database, request)
    case _ where Self.knownVerbs.contains(verb):
      throw EmulatorError(.unimplemented, "Method google.firestore.v1.Firestore/\(verb) is not implemented.")
    default: throw EmulatorError(.notFound, "Method not found.")
    }
  }

  // MARK: Addresses

  private enum Resource {
    case root(DatabaseName)
    case collection(DatabaseName, CollectionPath)
    case document(DocumentName)
  }

  /// The verb after the last colon of the path; a colon in an id arrives as `%3A` from clients that mean one.
  private func verb(of request: EmulatorRequest) -> String? {
    guard request.method == "POST", let last = request.target.segments.last, let colon = last.lastIndex(of: ":") else {
      return nil
    }
    let verb = String(last[last.index(after: colon)...])
    let isRoot = request.target.segments.count == 6
    return isRoot || Self.knownVerbs.contains(verb) ? verb : nil
  }

  private func resource(of raw: [String], verb: String?) throws(EmulatorError) -> Resource {
    var segments: [String] = []
    for (index, encoded) in raw.enumerated() {
      let isLast = index == raw.count - 1
      let text = isLast && verb != nil ? String(encoded.dropLast((verb?.count ?? 0) + 1)) : encoded
      guard let segment = RequestTarget.decode(text) else { throw .invalid("The path is not valid percent-encoding.") }
      segments.append(segment)
    }
    guard segments.count >= 6, segments[1] == "projects", segments[3] == "databases", segments[5] == "documents",
      !segments[2].isEmpty, !segments[4].isEmpty
    else { throw EmulatorError(.notFound, "Method not found.") }
    let database = DatabaseName(project: segments[2], database: segments[4])
    let rest = Array(segments[6...])
    guard !rest.isEmpty else { return .root(database) }
    for (index, id) in rest.enumerated() {
      let kind = index.isMultiple(of: 2) ? "Collection" : "Resource"
      guard !id.isEmpty, id != ".", id != "..", !id.utf8.contains(UInt8(ascii: "/")) else {
        throw .invalid("\(kind) id \"\(id)\" is invalid.")
      }
    }
    let text = rest.joined(separator: "/")
    return try refusing { () throws(FirestoreFormatError) in
      rest.count.isMultiple(of: 2)
        ? .document(database.name(of: try DocumentPath(text))) : .collection(database, try CollectionPath(text))
    }
  }

  private func parent(_ resource: Resource) throws(EmulatorError) -> (DatabaseName, DocumentPath?) {
    switch resource {
    case .root(let database): return (database, nil)
    case .document(let name): return (name.databaseName, name.path)
    case .collection(_, let path):
      throw .invalid("Document parent name \"\(path)\" is not the name of a document.")
    }
  }

  /// No rules guard this emulator: the owner, nobody, and any bearer of something shaped like a token may do
  /// everything.
  private func check(_ authorization: String?) throws(EmulatorError) {
    guard let authorization else { return }
    guard authorization.lowercased().hasPrefix("bearer ") else { throw .invalid("invalid authorization header") }
    let token = authorization.dropFirst("bearer ".count)
    guard token != "owner" else { return }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64.decode(String(parts[0])),
      case .object? = try? JSONValue(parsing: header)
    else { throw .invalid("invalid jwt") }
  }
}

extension EmulatorReply {
  /// An error in Google's envelope.
  package static func failure(_ error: EmulatorError, isWrapped: Bool = false) -> EmulatorReply {
    .json(status: error.status.httpCode) { writer in
      if isWrapped { writer.raw("[") }
      writer.raw("{\"error\":{\"code\":")
      writer.integer(Int64(error.status.httpCode))
      writer.raw(",\"message\":")
      writer.string(error.message)
      writer.raw(",\"status\":")
      writer.string(error.status.rawValue)
      writer.raw("}}")
      if isWrapped { writer.raw("]") }
    }
  }
}
