import JSON

/// Turns the schema at one place, and all that it refers to, into a program.
struct SchemaCompiler {
  /// An object schema that is being compiled.
  struct Site {
    let object: JSONObject
    let location: SchemaIndex.Location
    let resource: Int
  }

  var index: SchemaIndex
  let patterns: any PatternEngine
  private let assertsFormats: Bool

  private var nodes: [SchemaNode?] = []
  private var numbers: [SchemaIndex.Location: Int] = [:]
  private var pending: [SchemaIndex.Location] = []
  private var dynamicNames: [String] = []
  private var vocabularies: [Int: Vocabularies] = [:]

  init(index: SchemaIndex, patterns: any PatternEngine, assertsFormats: Bool) {
    self.index = index
    self.patterns = patterns
    self.assertsFormats = assertsFormats
  }

  /// Compiles the schema at a URI.
  mutating func compile(_ uri: String) throws(SchemaError) -> SchemaProgram {
    let root: SchemaIndex.Location
    do {
      // The URI is absolute, so that the base does not matter.
      root = try index.resolve(uri, in: 0, from: SchemaIndex.Location(document: 0, pointer: JSONPointer()))
    } catch {
      throw SchemaError(uri: uri, pointer: JSONPointer(), message: error.message)
    }
    _ = number(of: root)
    try drain()
    let program = SchemaProgram(
      nodes: nodes.compactMap { $0 }, documents: index.documents.map(\.uri), dynamicAnchors: dynamicTable())
    var check = CycleCheck(program)
    try check.run()
    return program
  }

  /// The number of the schema at a place, which will be compiled if it is new.
  mutating func number(of location: SchemaIndex.Location) -> Int {
    if let number = numbers[location] { return number }
    numbers[location] = nodes.count
    nodes.append(nil)
    pending.append(location)
    return nodes.count - 1
  }

  /// The number of a name of dynamic anchors.
  mutating func dynamicName(_ name: String) -> Int {
    if let known = dynamicNames.firstIndex(of: name) { return known }
    dynamicNames.append(name)
    return dynamicNames.count - 1
  }

  /// Compiles until nothing new turns up.
  ///
  /// A dynamic reference may lead into any resource that is entered and has the anchor, so these are compiled too; that
  /// may enter more resources.
  private mutating func drain() throws(SchemaError) {
    var isSettled = false
    while !isSettled {
      while let location = pending.popLast() {
        let node = try compile(location)
        if let number = numbers[location] { nodes[number] = node }
      }
      isSettled = true
      for resource in Set(nodes.compactMap { $0?.resource }) {
        for name in dynamicNames {
          guard let pointer = index.resources[resource].dynamicAnchors[name] else { continue }
          let known = nodes.count
          _ = number(of: SchemaIndex.Location(document: index.resources[resource].document, pointer: pointer))
          if nodes.count > known { isSettled = false }
        }
      }
    }
  }

  private func dynamicTable() -> [[Int]] {
    dynamicNames.map { name in
      index.resources.map { resource in
        guard let pointer = resource.dynamicAnchors[name] else { return -1 }
        return numbers[SchemaIndex.Location(document: resource.document, pointer: pointer)] ?? -1
      }
    }
  }

  private mutating func compile(_ location: SchemaIndex.Location) throws(SchemaError) -> SchemaNode {
    let resource = index.resource(around: location)
    let source = index.documents[location.document].root.value(at: location.pointer)
    func node(_ body: SchemaNode.Body, needsEvaluated: Bool = false) -> SchemaNode {
      SchemaNode(
        body: body, document: location.document, pointer: location.pointer, source: source ?? .null,
        resource: resource, needsEvaluated: needsEvaluated)
    }
    switch source {
    case .bool(true): return node(.accept)
    case .bool(false): return node(.reject)
    case .object(let object):
      let site = Site(object: object, location: location, resource: resource)
      let keywords = try keywords(of: site, vocabularies: try vocabularies(of: site))
      let needsEvaluated = keywords.contains {
        switch $0 {
        case .unevaluatedItems, .unevaluatedProperties: true
        default: false
        }
      }
      return node(keywords.isEmpty ? .accept : .keywords(keywords), needsEvaluated: needsEvaluated)
    case let value:
      throw SchemaError(
        uri: index.documents[location.document].uri, pointer: location.pointer,
        message: "A schema is an object or a boolean, not \(value.map(Wording.brief) ?? "nothing").")
    }
  }

  private mutating func vocabularies(of site: Site) throws(SchemaError) -> Vocabularies {
    if let known = vocabularies[site.resource] { return known }
    var result = Vocabularies.standard
    if let dialect = index.resources[site.resource].dialect, let resource = index.resource(at: dialect) {
      let metaschema = index.resources[resource]
      let place = metaschema.root.appending("$vocabulary")
      if case .object(let vocabulary) = index.documents[metaschema.document].root.value(at: place) {
        var unknown = ""
        guard let read = Vocabularies(vocabulary, unknown: &unknown) else {
          throw failure(
            site, "$schema", "The dialect \(dialect) demands the vocabulary \(unknown), which is not known here.")
        }
        result = read
      }
    }
    result.formatAssertion = result.formatAssertion || assertsFormats
    vocabularies[site.resource] = result
    return result
  }

  /// An error at a keyword of a schema.
  func failure(_ site: Site, _ keyword: String, _ message: String) -> SchemaError {
    SchemaError(
      uri: index.documents[site.location.document].uri, pointer: site.location.pointer.appending(keyword),
      message: message)
  }
}
