import JSON

extension SchemaCompiler {
  /// All keywords of a schema that demand something, those that ask what others evaluated at the end.
  mutating func keywords(of site: Site, vocabularies: Vocabularies) throws(SchemaError) -> [Keyword] {
    var keywords: [Keyword] = []
    if vocabularies.validation {
      try addGeneral(of: site, to: &keywords)
      try addNumeric(of: site, to: &keywords)
      try addSizes(of: site, to: &keywords)
    }
    if vocabularies.formatAssertion { try addFormat(of: site, to: &keywords) }
    try addReferences(of: site, to: &keywords)
    if vocabularies.applicator {
      try addInPlace(of: site, to: &keywords)
      try addMembers(of: site, to: &keywords)
      try addItems(of: site, hasBounds: vocabularies.validation, to: &keywords)
    }
    if vocabularies.unevaluated {
      if let node = try child(site, "unevaluatedItems") { keywords.append(.unevaluatedItems(node)) }
      if let node = try child(site, "unevaluatedProperties") { keywords.append(.unevaluatedProperties(node)) }
    }
    return keywords
  }

  // MARK: Assertions (validation section 6)

  private func addGeneral(of site: Site, to keywords: inout [Keyword]) throws(SchemaError) {
    if let value = site.object["type"] {
      var types: TypeSet = []
      for name in value.arrayValue ?? [value] {
        guard let text = name.stringValue, let type = TypeSet(name: text) else {
          throw failure(
            site, "type",
            "\(Wording.brief(name)) is no type; there are null, boolean, integer, number, string, array and object.")
        }
        types.formUnion(type)
      }
      keywords.append(.type(types))
    }
    if let value = site.object["const"] { keywords.append(.constant(value)) }
    if let value = site.object["enum"] {
      guard let values = value.arrayValue else { throw failure(site, "enum", "\"enum\" is a list of values.") }
      keywords.append(.enumeration(values))
    }
  }

  private func addNumeric(of site: Site, to keywords: inout [Keyword]) throws(SchemaError) {
    if let value = try number(site, "multipleOf") {
      guard value > JSONNumber(0) else { throw failure(site, "multipleOf", "\"multipleOf\" is above zero.") }
      keywords.append(.multipleOf(value))
    }
    if let value = try number(site, "maximum") { keywords.append(.maximum(value)) }
    if let value = try number(site, "exclusiveMaximum") { keywords.append(.exclusiveMaximum(value)) }
    if let value = try number(site, "minimum") { keywords.append(.minimum(value)) }
    if let value = try number(site, "exclusiveMinimum") { keywords.append(.exclusiveMinimum(value)) }
  }

  private func addSizes(of site: Site, to keywords: inout [Keyword]) throws(SchemaError) {
    if let value = try count(site, "maxLength") { keywords.append(.maxLength(value)) }
    if let value = try count(site, "minLength") { keywords.append(.minLength(value)) }
    if let value = site.object["pattern"] {
      guard let text = value.stringValue else { throw failure(site, "pattern", "\"pattern\" is a text.") }
      keywords.append(.pattern(text, try pattern(text, site, "pattern")))
    }
    if let value = try count(site, "maxItems") { keywords.append(.maxItems(value)) }
    if let value = try count(site, "minItems") { keywords.append(.minItems(value)) }
    if let value = site.object["uniqueItems"] {
      guard let isUnique = value.boolValue else {
        throw failure(site, "uniqueItems", "\"uniqueItems\" is true or false.")
      }
      if isUnique { keywords.append(.uniqueItems) }
    }
    if let value = try count(site, "maxProperties") { keywords.append(.maxProperties(value)) }
    if let value = try count(site, "minProperties") { keywords.append(.minProperties(value)) }
    if let value = site.object["required"] { keywords.append(.required(try names(value, site, "required"))) }
    if let value = site.object["dependentRequired"] {
      guard let object = value.objectValue else {
        throw failure(site, "dependentRequired", "\"dependentRequired\" is an object of lists of names.")
      }
      var rules: [(member: String, required: [String])] = []
      for member in object { rules.append((member.key, try names(member.value, site, "dependentRequired"))) }
      keywords.append(.dependentRequired(rules))
    }
  }

  private func addFormat(of site: Site, to keywords: inout [Keyword]) throws(SchemaError) {
    guard let value = site.object["format"] else { return }
    guard let name = value.stringValue else { throw failure(site, "format", "\"format\" is a text.") }
    // A format that is not known says something to people only (validation section 7.2.3).
    if let format = Format(name: name, patterns: patterns) { keywords.append(.format(format)) }
  }

  // MARK: Applicators (core sections 8.2.3, 10 and 11)

  private mutating func addReferences(of site: Site, to keywords: inout [Keyword]) throws(SchemaError) {
    if let value = site.object["$ref"] {
      keywords.append(.reference(number(of: try target(value, site, "$ref"))))
    }
    guard let value = site.object["$dynamicRef"] else { return }
    let target = try target(value, site, "$dynamicRef")
    let fallback = number(of: target)
    // It is dynamic only when it leads, as a plain reference, to a dynamic anchor (core section 8.2.3.2).
    let name = URIReference(value.stringValue ?? "").decodedFragment ?? ""
    let resource = index.resource(around: target)
    if index.resources[resource].dynamicAnchors[name] == target.pointer {
      keywords.append(.dynamicReference(name: dynamicName(name), fallback: fallback))
    } else {
      keywords.append(.reference(fallback))
    }
  }

  private mutating func addInPlace(of site: Site, to keywords: inout [Keyword]) throws(SchemaError) {
    if let nodes = try list(site, "allOf") { keywords.append(.allOf(nodes)) }
    if let nodes = try list(site, "anyOf") { keywords.append(.anyOf(nodes)) }
    if let nodes = try list(site, "oneOf") { keywords.append(.oneOf(nodes)) }
    if let node = try child(site, "not") { keywords.append(.not(node)) }
    if let test = try child(site, "if") {
      let then = try child(site, "then")
      keywords.append(.condition(Keyword.Condition(test: test, then: then, otherwise: try child(site, "else"))))
    }
    if let nodes = try map(site, "dependentSchemas") {
      keywords.append(.dependentSchemas(nodes.map { (member: $0.key, node: $0.node) }))
    }
  }

  private mutating func addMembers(of site: Site, to keywords: inout [Keyword]) throws(SchemaError) {
    var rules = Keyword.MemberRules()
    var isUsed = false
    if let nodes = try map(site, "properties") {
      for (key, node) in nodes { rules.named[key] = node }
      isUsed = true
    }
    if let nodes = try map(site, "patternProperties") {
      for (key, node) in nodes { rules.patterns.append((key, try pattern(key, site, "patternProperties"), node)) }
      isUsed = true
    }
    if let node = try child(site, "additionalProperties") {
      rules.additional = node
      isUsed = true
    }
    if isUsed { keywords.append(.members(rules)) }
    if let node = try child(site, "propertyNames") { keywords.append(.propertyNames(node)) }
  }

  private mutating func addItems(
    of site: Site, hasBounds: Bool, to keywords: inout [Keyword]
  ) throws(SchemaError) {
    if site.object["items"]?.arrayValue != nil {
      throw failure(site, "items", "A list under \"items\" is of an older draft; it is called \"prefixItems\" now.")
    }
    let prefix = try list(site, "prefixItems")
    let rest = try child(site, "items")
    if prefix != nil || rest != nil { keywords.append(.items(prefix: prefix ?? [], rest: rest)) }
    if let node = try child(site, "contains") {
      let minimum = hasBounds ? try count(site, "minContains") : nil
      let maximum = hasBounds ? try count(site, "maxContains") : nil
      keywords.append(
        .contains(
          Keyword.Contains(node: node, minimum: minimum ?? 1, maximum: maximum, hasMinimum: minimum != nil)))
    }
  }

  // MARK: Values of keywords

  private mutating func child(_ site: Site, _ keyword: String) throws(SchemaError) -> Int? {
    guard site.object[keyword] != nil else { return nil }
    return number(of: place(site, keyword))
  }

  private mutating func list(_ site: Site, _ keyword: String) throws(SchemaError) -> [Int]? {
    guard let value = site.object[keyword] else { return nil }
    guard let values = value.arrayValue, !values.isEmpty else {
      throw failure(site, keyword, "\"\(keyword)\" is a list of at least one schema.")
    }
    let base = place(site, keyword)
    return values.indices.map { index in
      number(of: SchemaIndex.Location(document: base.document, pointer: base.pointer.appending(index)))
    }
  }

  private mutating func map(_ site: Site, _ keyword: String) throws(SchemaError) -> [(key: String, node: Int)]? {
    guard let value = site.object[keyword] else { return nil }
    guard let object = value.objectValue else {
      throw failure(site, keyword, "\"\(keyword)\" is an object of schemas.")
    }
    let base = place(site, keyword)
    return object.map { member in
      (
        member.key,
        number(of: SchemaIndex.Location(document: base.document, pointer: base.pointer.appending(member.key)))
      )
    }
  }

  private mutating func target(
    _ value: JSONValue, _ site: Site, _ keyword: String
  ) throws(SchemaError) -> SchemaIndex.Location {
    guard let reference = value.stringValue else { throw failure(site, keyword, "\"\(keyword)\" is a URI reference.") }
    return try index.resolve(reference, in: site.resource, from: place(site, keyword))
  }

  private func place(_ site: Site, _ keyword: String) -> SchemaIndex.Location {
    SchemaIndex.Location(document: site.location.document, pointer: site.location.pointer.appending(keyword))
  }

  private func number(_ site: Site, _ keyword: String) throws(SchemaError) -> JSONNumber? {
    guard let value = site.object[keyword] else { return nil }
    guard let number = value.numberValue else {
      throw failure(site, keyword, "\"\(keyword)\" is a number, not \(Wording.brief(value)).")
    }
    return number
  }

  private func count(_ site: Site, _ keyword: String) throws(SchemaError) -> Int? {
    guard let value = try number(site, keyword) else { return nil }
    guard value.isInteger, value >= JSONNumber(0) else {
      throw failure(site, keyword, "\"\(keyword)\" is a whole number from zero, not \(value).")
    }
    // What is beyond 64 bits is beyond every count.
    return value.int64.map { Int($0) } ?? .max
  }

  private func names(_ value: JSONValue, _ site: Site, _ keyword: String) throws(SchemaError) -> [String] {
    var names: [String] = []
    for name in value.arrayValue ?? [.null] {
      guard let text = name.stringValue else { throw failure(site, keyword, "\"\(keyword)\" lists names of members.") }
      names.append(text)
    }
    return names
  }

  private func pattern(
    _ text: String, _ site: Site, _ keyword: String
  ) throws(SchemaError) -> any CompiledPattern {
    do {
      return try patterns.compile(text)
    } catch {
      throw failure(site, keyword, "\(error.description.prefix(1).uppercased())\(error.description.dropFirst()).")
    }
  }
}
