import JSON
import YAMLSource

/// A `$ref` that was met, to be resolved when the whole document is known.
struct ReferenceUse {
  /// What the target must be.
  enum Expected: Hashable {
    case object(ObjectKind)
    case schema
  }

  let target: String
  let location: SourceLocation
  let file: String
  let expected: Expected
  /// Set below a schema with an `$id` of its own, where relative references no longer start from the file.
  let isRebased: Bool
}

/// A place in a loaded file.
struct NodeAddress: Hashable {
  let file: String
  let pointer: JSONPointer
}

/// Walks a document along the field tables, reports everything that does not fit, and collects references and schemas.
struct StructureChecker {
  let version: OpenAPIVersion
  let sink: DiagnosticSink
  /// References in the order in which they were met.
  private(set) var references: [ReferenceUse] = []
  /// The roots of schemas: what 3.0 documents have converted.
  private(set) var schemas: Set<NodeAddress> = []
  private var checked: Set<CheckedPlace> = []
  /// References that were noted: targets that are references again may lead back to one.
  private var noted: Set<NotedReference> = []

  private struct CheckedPlace: Hashable {
    let address: NodeAddress
    let expected: ReferenceUse.Expected
  }

  private struct NotedReference: Hashable {
    let location: SourceLocation
    let expected: ReferenceUse.Expected
  }

  init(version: OpenAPIVersion, sink: DiagnosticSink) {
    self.version = version
    self.sink = sink
  }

  /// Hands over the references met since the last call.
  mutating func takeReferences() -> [ReferenceUse] {
    defer { references = [] }
    return references
  }

  /// Checks the target of a reference, unless it was checked as that before.
  mutating func check(_ node: SourceNode, as expected: ReferenceUse.Expected, at address: NodeAddress) {
    switch expected {
    case .schema: check(node, as: .schema, called: "the schema", at: address)
    // A path item is never replaced by a Reference Object: its own `$ref` field does that.
    case .object(.pathItem): check(node, as: .object(.pathItem), called: "the path item", at: address)
    case .object(let kind): check(node, as: .referable(kind), called: Structure.rule(for: kind).what, at: address)
    }
  }

  // MARK: Values

  private mutating func check(_ node: SourceNode, as shape: Shape, called name: String, at address: NodeAddress) {
    switch shape {
    case .anything: break
    case .string: if node.string == nil { wrong(node, name, "a string") }
    case .boolean: if node.json.boolValue == nil { wrong(node, name, "true or false") }
    case .word(let words):
      guard let text = node.string else { return wrong(node, name, "a string") }
      guard !words.contains(text) else { return }
      sink.error("\(name) cannot be '\(text)'", at: node.location, remedy: remedy(for: text, among: words))
    case .schema: checkSchema(node, at: address)
    case .object(let kind): checkObject(node, kind: kind, called: name, at: address)
    case .referable(let kind):
      if let reference = node["$ref"] {
        note(reference, expecting: .object(kind), in: address.file)
      } else {
        checkObject(node, kind: kind, called: name, at: address)
      }
    case .list(let element):
      guard let elements = node.elements else { return wrong(node, name, "a list") }
      for (index, node) in elements.enumerated() {
        check(node, as: element, called: "element \(index + 1) of \(name)", at: address.appending(String(index)))
      }
    case .map(let value, let keys):
      guard let entries = node.entries else { return wrong(node, name, "a mapping") }
      for entry in entries {
        if case .path = keys, entry.key.hasPrefix("x-") { continue }
        if case .status = keys, entry.key.hasPrefix("x-") { continue }
        checkKey(entry, keys, in: name)
        check(entry.value, as: value, called: "'\(entry.key)' of \(name)", at: address.appending(entry.key))
      }
      if case .status = keys, !entries.contains(where: { !$0.key.hasPrefix("x-") }) {
        sink.error("\(name) must name at least one status", at: node.location, remedy: "add 'default' or a status code")
      }
    }
  }

  private mutating func checkObject(
    _ node: SourceNode, kind: ObjectKind, called name: String, at address: NodeAddress
  ) {
    guard checked.insert(CheckedPlace(address: address, expected: .object(kind))).inserted else { return }
    let rule = Structure.rule(for: kind)
    guard let entries = node.entries else { return wrong(node, name, "a mapping") }
    let fields = rule.fields.filter { $0.value.since <= version }
    for entry in entries {
      if let field = fields[entry.key] {
        let name = "'\(entry.key)' of \(rule.what)"
        check(entry.value, as: field.shape, called: name, at: address.appending(entry.key))
      } else if rule.isExtensible, entry.key.hasPrefix("x-") {
        continue
      } else if let others = rule.others {
        checkKey(entry, others.keys, in: name)
        check(entry.value, as: others.shape, called: "'\(entry.key)' of \(name)", at: address.appending(entry.key))
      } else {
        let isNewer = rule.fields[entry.key] != nil
        let unused = fields.keys.filter { node[$0] == nil }.sorted()
        sink.error(
          "\(rule.what) has an unknown key '\(entry.key)'", at: entry.keyLocation,
          remedy: isNewer ? "it exists from OpenAPI 3.1 on" : remedy(for: entry.key, among: unused))
      }
    }
    for (key, field) in fields.sorted(by: { $0.key < $1.key }) where field.isRequired && node[key] == nil {
      sink.error("\(rule.what) lacks '\(key)'", at: node.location)
    }
    if kind == .pathItem, let reference = node["$ref"] {
      note(reference, expecting: .object(.pathItem), in: address.file)
    }
    checkConditions(of: kind, node)
  }

  private func checkKey(_ entry: SourceNode.Entry, _ rule: KeyRule, in name: String) {
    switch rule {
    case .any: break
    case .componentName:
      let isName = !entry.key.isEmpty && entry.key.utf8.allSatisfy(Self.isComponentNameByte)
      guard !isName else { return }
      sink.error(
        "'\(entry.key)' cannot be a key of \(name)", at: entry.keyLocation,
        remedy: "use letters, digits, '.', '_' and '-' only")
    case .path:
      guard !entry.key.hasPrefix("/") else { return }
      sink.error("the path '\(entry.key)' must begin with '/'", at: entry.keyLocation, remedy: "write '/\(entry.key)'")
    case .status:
      guard !StatusKey.isValid(entry.key) else { return }
      sink.error(
        "'\(entry.key)' is no status", at: entry.keyLocation,
        remedy: "write a code such as 200, a range such as 4XX, or 'default'")
    }
  }

  private static func isComponentNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  private func wrong(_ node: SourceNode, _ name: String, _ expected: String) {
    var advice: String?
    if case .scalar(let text, .plain) = node.content, expected == "a string", !node.isNull {
      advice = "put it in quotes: \"\(text)\""
    }
    sink.error("\(name) must be \(expected), found \(node.found)", at: node.location, remedy: advice)
  }

  private mutating func note(
    _ node: SourceNode, expecting expected: ReferenceUse.Expected, in file: String, isRebased: Bool = false
  ) {
    guard let target = node.string else { return wrong(node, "'$ref'", "a string") }
    guard noted.insert(NotedReference(location: node.location, expected: expected)).inserted else { return }
    references.append(
      ReferenceUse(
        target: target, location: node.location, file: file, expected: expected, isRebased: isRebased))
  }

  // MARK: Schemas

  private mutating func checkSchema(_ node: SourceNode, at address: NodeAddress) {
    guard checked.insert(CheckedPlace(address: address, expected: .schema)).inserted else { return }
    schemas.insert(address)
    walkSchema(node, at: address, isRebased: false)
  }

  private mutating func walkSchema(_ node: SourceNode, at address: NodeAddress, isRebased: Bool) {
    checked.insert(CheckedPlace(address: address, expected: .schema))
    if version >= .v3_1, node.json.boolValue != nil { return }
    guard let entries = node.entries else {
      return wrong(node, "a schema", version >= .v3_1 ? "a mapping or a boolean" : "a mapping")
    }
    let isRebased = isRebased || (version >= .v3_1 && node["$id"] != nil)
    for entry in entries {
      let below = address.appending(entry.key)
      switch SchemaKeywords.role(of: entry.key) {
      case .reference: note(entry.value, expecting: .schema, in: address.file, isRebased: isRebased)
      case .schema: walkSchema(entry.value, at: below, isRebased: isRebased)
      // `additionalProperties: false` is a boolean in 3.0 too.
      case .schemaOrBoolean:
        if entry.value.json.boolValue == nil { walkSchema(entry.value, at: below, isRebased: isRebased) }
      case .list:
        guard let elements = entry.value.elements else {
          wrong(entry.value, "'\(entry.key)' of a schema", "a list"); continue
        }
        for (index, element) in elements.enumerated() {
          walkSchema(element, at: below.appending(String(index)), isRebased: isRebased)
        }
      case .map:
        guard let members = entry.value.entries else {
          wrong(entry.value, "'\(entry.key)' of a schema", "a mapping")
          continue
        }
        for member in members { walkSchema(member.value, at: below.appending(member.key), isRebased: isRebased) }
      case .other: break
      }
    }
  }
}

extension NodeAddress {
  func appending(_ token: String) -> NodeAddress { NodeAddress(file: file, pointer: pointer.appending(token)) }
}
