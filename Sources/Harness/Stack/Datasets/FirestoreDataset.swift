import FirestoreModel
import JSON
import RFC3339
import YAMLSource

/// What a dataset puts into a Firestore store: accounts and documents.
struct FirestoreDataset: Sendable {
  /// An account of Firebase Auth.
  struct Account: Sendable {
    let uid: String
    let email: String
    let password: String
    let displayName: String?
    let isEmailVerified: Bool?
    let isDisabled: Bool?
    let customClaims: JSONObject?
    let location: SourceLocation
  }

  /// A document with its fields.
  struct Document: Sendable {
    let path: DocumentPath
    let fields: [String: FirestoreValue]
    let location: SourceLocation
  }

  let accounts: [Account]
  let documents: [Document]

  /// Reads `{"accounts": […], "collections": {"users": {"<id>": {field: value}}}}`.
  ///
  /// - Parameter now: what `now` in a timestamp means.
  /// - Throws: every problem of the file.
  static func read(_ text: String, file: String, database: DatabaseName, now: Timestamp) throws(DiagnosticList)
    -> FirestoreDataset
  {
    var limits = SourceDocument.Limits()
    limits.bytes = 64 << 20
    limits.nodes = 5_000_000
    let document = try SourceDocument.parse(text, file: file, limits: limits)
    let reader = FirestoreDatasetReader(database: database, now: now)
    let dataset = reader.read(document.root)
    if reader.sink.hasErrors { throw DiagnosticList(reader.sink.diagnostics.inReadingOrder()) }
    return dataset
  }
}

/// Reads one file; a class because all parts report into one sink.
private final class FirestoreDatasetReader {
  let sink = DiagnosticSink()
  private let database: DatabaseName
  private let now: Timestamp

  init(database: DatabaseName, now: Timestamp) {
    self.database = database
    self.now = now
  }

  func read(_ root: SourceNode) -> FirestoreDataset {
    var reader = MappingReader(root, what: "the dataset", into: sink)
    let accounts = reader.list("accounts").compactMap(readAccount)
    let documents = reader.members("collections").flatMap(readCollection)
    reader.finish()
    return FirestoreDataset(accounts: accounts, documents: documents)
  }

  private func readAccount(_ node: SourceNode) -> FirestoreDataset.Account? {
    var reader = MappingReader(node, what: "an account", into: sink)
    let uid = reader.requiredString("uid")
    let email = reader.requiredString("email")
    let password = reader.requiredString("password")
    let displayName = reader.string("displayName")
    let isEmailVerified = reader.bool("emailVerified")
    let isDisabled = reader.bool("disabled")
    let claims = reader.optional("customClaims")
    if let claims, claims.json.objectValue == nil {
      sink.error("'customClaims' of an account must be an object, found \(claims.found)", at: claims.location)
    }
    reader.finish()
    guard let uid, let email, let password else { return nil }
    return FirestoreDataset.Account(
      uid: uid, email: email, password: password, displayName: displayName, isEmailVerified: isEmailVerified,
      isDisabled: isDisabled, customClaims: claims?.json.objectValue, location: node.location)
  }

  private func readCollection(_ collection: SourceNode.Entry) -> [FirestoreDataset.Document] {
    guard let entries = collection.value.entries else {
      sink.error(
        "the collection '\(collection.key)' must be an object of documents, found \(collection.value.found)",
        at: collection.value.location)
      return []
    }
    return entries.compactMap { entry in
      guard let fields = entry.value.entries else {
        sink.error(
          "the document '\(entry.key)' must be an object of fields, found \(entry.value.found)",
          at: entry.value.location)
        return nil
      }
      do {
        let path = try DocumentPath("\(collection.key)/\(entry.key)")
        return FirestoreDataset.Document(path: path, fields: readFields(fields), location: entry.keyLocation)
      } catch {
        sink.error("'\(collection.key)/\(entry.key)' cannot be the path of a document: \(error)", at: entry.keyLocation)
        return nil
      }
    }
  }

  private func readFields(_ entries: [SourceNode.Entry]) -> [String: FirestoreValue] {
    var fields: [String: FirestoreValue] = [:]
    for entry in entries { fields[entry.key] = readValue(entry.value) }
    return fields
  }

  private static let typedKeys: Set<String> = [
    "nullValue", "booleanValue", "integerValue", "doubleValue", "timestampValue", "stringValue", "bytesValue",
    "referenceValue", "geoPointValue", "arrayValue", "mapValue",
  ]

  /// Plain JSON stands for the value that looks like it; an object with one typed key for a value of that type.
  private func readValue(_ node: SourceNode) -> FirestoreValue {
    switch node.content {
    case .sequence(let elements): return .array(elements.map(readValue))
    case .mapping(let entries):
      if entries.count == 1, Self.typedKeys.contains(entries[0].key) { return readTyped(entries[0], node) }
      return .map(readFields(entries))
    case .scalar: break
    }
    switch node.json {
    case .null: return .null
    case .bool(let value): return .boolean(value)
    case .number(let number):
      // As a program would store it: without point and exponent an integer.
      let isIntegral = !number.lexeme.contains { ".eE".contains($0) }
      if isIntegral, let value = number.int64 { return .integer(value) }
      return .double(number.double)
    case .string(let text): return .string(text)
    case .array, .object: return .null
    }
  }

  private func readTyped(_ entry: SourceNode.Entry, _ node: SourceNode) -> FirestoreValue {
    if entry.key == "timestampValue", let text = entry.value.string, text.hasPrefix("now") {
      guard let relative = RelativeTime(text) else {
        sink.error("'\(text)' is no time", at: entry.value.location, remedy: "write now, now-3d or now+7d2h30m")
        return .null
      }
      return .timestamp(relative.resolved(at: now).truncatedToMicroseconds())
    }
    if entry.key == "referenceValue", let text = entry.value.string, !text.hasPrefix("projects/") {
      do {
        return .reference(database.name(of: try DocumentPath(text)).description)
      } catch {
        sink.error("'\(text)' is no path of a document: \(error)", at: entry.value.location)
        return .null
      }
    }
    do {
      return try FirestoreValue(json: node.json)
    } catch {
      sink.error("this is no \(entry.key): \(error)", at: entry.value.location)
      return .null
    }
  }
}
