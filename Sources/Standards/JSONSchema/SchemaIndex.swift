import JSON

// A document is a file with its URI; a resource is a schema with an identity of its own: the root of a document and
// each schema with an `$id`. References are resolved against resources, and messages name places in documents.

/// All documents of a set, with the identifiers found in them.
struct SchemaIndex: Sendable {
  struct Document: Sendable {
    let uri: String
    let root: JSONValue
    /// The resources by their place in the document; the root is always one.
    var resources: [JSONPointer: Int] = [:]
    /// The places that are known to be schemas.
    var schemas: Set<JSONPointer> = []
  }

  struct Resource: Sendable {
    /// The base of references inside.
    let base: URIReference
    let document: Int
    let root: JSONPointer
    /// The dialect by the URI of its metaschema; nil for the standard one.
    let dialect: String?
    var anchors: [String: JSONPointer] = [:]
    var dynamicAnchors: [String: JSONPointer] = [:]
  }

  /// A place in a document.
  struct Location: Hashable, Sendable {
    let document: Int
    let pointer: JSONPointer
  }

  private(set) var documents: [Document] = []
  private(set) var resources: [Resource] = []
  private var resourcesByURI: [String: Int] = [:]

  /// Adds a document and finds the identifiers in it.
  mutating func add(_ root: JSONValue, at uri: String) throws(SchemaError) {
    let retrieval = URIReference(uri)
    guard (retrieval.fragment ?? "").isEmpty else {
      throw SchemaError(uri: uri, pointer: JSONPointer(), message: "A document's URI has no fragment; remove the '#…'.")
    }
    let key = retrieval.withoutFragment.description
    guard resourcesByURI[key] == nil else {
      throw SchemaError(uri: uri, pointer: JSONPointer(), message: "There is a schema with this URI already.")
    }
    documents.append(Document(uri: uri, root: root))
    let document = documents.count - 1
    let isSchema = Self.isSchema(root)
    let identifier = isSchema ? root["$id"]?.stringValue : nil
    let base = identifier.map { URIReference($0).resolved(against: retrieval) } ?? retrieval
    let resource = try addResource(base: base, at: Location(document: document, pointer: JSONPointer()), under: nil)
    resourcesByURI[key] = resource
    if isSchema {
      try indexSchema(root, at: JSONPointer(), in: resource)
    } else {
      try indexDocument(root, at: JSONPointer(), in: resource)
    }
  }

  /// Whether the document is a schema as a whole; descriptions of APIs hold schemas but are none.
  private static func isSchema(_ root: JSONValue) -> Bool {
    !["openapi", "swagger", "asyncapi", "arazzo"].contains { root[$0]?.stringValue != nil }
  }

  /// Makes sure that the schema at a place, and what is inside, is indexed.
  mutating func indexSchema(at location: Location) throws(SchemaError) {
    guard !documents[location.document].schemas.contains(location.pointer),
      let value = documents[location.document].root.value(at: location.pointer)
    else { return }
    try indexSchema(value, at: location.pointer, in: resource(around: location))
  }

  /// The innermost resource that a place belongs to.
  func resource(around location: Location) -> Int {
    let document = documents[location.document]
    var tokens = location.pointer.tokens
    while !tokens.isEmpty {
      if let resource = document.resources[JSONPointer(tokens: tokens)] { return resource }
      tokens.removeLast()
    }
    // The root is made a resource when the document is added.
    return document.resources[JSONPointer()] ?? 0
  }

  /// The place that a reference leads to, for messages as the reader wrote it.
  mutating func resolve(_ reference: String, in resource: Int, from origin: Location) throws(SchemaError) -> Location {
    let target = URIReference(reference).resolved(against: resources[resource].base)
    func failure(_ message: String) -> SchemaError {
      SchemaError(uri: documents[origin.document].uri, pointer: origin.pointer, message: message)
    }
    guard let found = resourcesByURI[target.withoutFragment.description] else {
      throw failure(
        "\"\(reference)\" leads to \(target.withoutFragment), which was not loaded; nothing is fetched."
      )
    }
    guard let fragment = target.decodedFragment else {
      throw failure("\"\(reference)\" has a fragment with a broken percent escape.")
    }
    let home = resources[found]
    if fragment.isEmpty { return Location(document: home.document, pointer: home.root) }
    guard fragment.hasPrefix("/") else {
      guard let pointer = home.anchors[fragment] else {
        throw failure("\"\(reference)\" leads to no \"$anchor\" of the name \"\(fragment)\".")
      }
      return Location(document: home.document, pointer: pointer)
    }
    let relative: JSONPointer
    do {
      relative = try JSONPointer(parsing: fragment)
    } catch {
      throw failure("\"\(reference)\" is broken: \(error.message).")
    }
    let pointer = JSONPointer(tokens: home.root.tokens + relative.tokens)
    guard documents[home.document].root.value(at: pointer) != nil else {
      throw failure("\"\(reference)\" leads to nothing: \(documents[home.document].uri) has no \(pointer).")
    }
    let location = Location(document: home.document, pointer: pointer)
    try indexSchema(at: location)
    return location
  }

  /// The resource with a URI.
  func resource(at uri: String) -> Int? { resourcesByURI[URIReference(uri).withoutFragment.description] }

  // MARK: Finding identifiers

  private mutating func addResource(
    base: URIReference, at location: Location, under parent: Int?
  ) throws(SchemaError) -> Int {
    let key = base.withoutFragment.description
    let document = documents[location.document]
    guard resourcesByURI[key] == nil else {
      throw SchemaError(
        uri: document.uri, pointer: location.pointer,
        message: "Two schemas have the identity \(key); give each an \"$id\" of its own.")
    }
    let dialect = document.root.value(at: location.pointer)?["$schema"]?.stringValue
    resources.append(
      Resource(
        base: base.withoutFragment, document: location.document, root: location.pointer,
        dialect: dialect ?? parent.flatMap { resources[$0].dialect }))
    resourcesByURI[key] = resources.count - 1
    documents[location.document].resources[location.pointer] = resources.count - 1
    return resources.count - 1
  }

  private mutating func indexSchema(_ value: JSONValue, at pointer: JSONPointer, in outer: Int) throws(SchemaError) {
    let document = resources[outer].document
    guard case .object(let object) = value, documents[document].schemas.insert(pointer).inserted else { return }
    var resource = outer
    if let identifier = object["$id"]?.stringValue {
      let base = URIReference(identifier).resolved(against: resources[outer].base)
      guard (base.fragment ?? "").isEmpty else {
        throw SchemaError(
          uri: documents[document].uri, pointer: pointer.appending("$id"),
          message: "An \"$id\" has no fragment; use \"$anchor\" to name a place.")
      }
      if pointer != resources[outer].root {
        resource = try addResource(base: base, at: Location(document: document, pointer: pointer), under: outer)
      }
    }
    for keyword in ["$anchor", "$dynamicAnchor"] {
      guard let name = object[keyword]?.stringValue else { continue }
      if let other = resources[resource].anchors[name], other != pointer {
        throw SchemaError(
          uri: documents[document].uri, pointer: pointer.appending(keyword),
          message: "The anchor \"\(name)\" is also at \(other); one schema names an anchor once.")
      }
      resources[resource].anchors[name] = pointer
      if keyword == "$dynamicAnchor" { resources[resource].dynamicAnchors[name] = pointer }
    }
    for member in object {
      let place = pointer.appending(member.key)
      switch member.value {
      case .array(let values) where SchemaKeyword.list.contains(member.key):
        for (index, value) in values.enumerated() {
          try indexSchema(value, at: place.appending(index), in: resource)
        }
      case .object(let members) where SchemaKeyword.map.contains(member.key):
        for member in members { try indexSchema(member.value, at: place.appending(member.key), in: resource) }
      case .object where SchemaKeyword.single.contains(member.key):
        try indexSchema(member.value, at: place, in: resource)
      default: break
      }
    }
  }

  /// Looks for schemas in a document that is none: OpenAPI keeps them under `schema` and in `schemas`.
  private mutating func indexDocument(
    _ value: JSONValue, at pointer: JSONPointer, in resource: Int
  ) throws(SchemaError) {
    switch value {
    case .array(let values):
      for (index, value) in values.enumerated() {
        try indexDocument(value, at: pointer.appending(index), in: resource)
      }
    case .object(let object):
      for member in object {
        let place = pointer.appending(member.key)
        switch (member.key, member.value) {
        case ("schema", .object): try indexSchema(member.value, at: place, in: resource)
        case ("schemas", .object(let schemas)):
          for schema in schemas { try indexSchema(schema.value, at: place.appending(schema.key), in: resource) }
        case ("example", _), ("examples", _): break
        default: try indexDocument(member.value, at: place, in: resource)
        }
      }
    default: break
    }
  }
}
