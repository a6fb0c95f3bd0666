import JSON
import YAMLSource

extension ContractReader {
  /// Reads an object of the schema.
  func object(_ node: SourceNode) -> SchemaObject? {
    var object = mapping(node, "an object of the schema")
    guard let name = object.requiredString("name") else {
      // Without a name nothing in it can be referred to; what else is wrong would only be noise.
      return nil
    }
    let id = stableID(&object, in: node)
    let physicalType = object.string("physicalType")
    let physicalName = object.string("physicalName")
    _ = object.choice("logicalType", among: ["object"])
    let custom = CustomProperties(&object, of: .object, into: sink)
    let kind = kind(physicalType, custom: custom, named: name, in: node)
    let owner = PropertyOwner(object: name, path: [], isCollection: kind == .collection)
    let properties = properties(&object, of: owner)
    let relationships = object.list("relationships").compactMap { relationship($0, at: owner, isProperty: false) }
    let quality = object.list("quality").compactMap { qualityRule($0, of: owner) }
    let summary = object.string("description")
    for key in ["businessName", "dataGranularityDescription"] { _ = object.string(key) }
    object.authoritativeDefinitions(into: sink)
    let tags = object.strings("tags")
    let basis = basis(kind, custom: custom, named: name)
    let deleted = custom.filter("concord.deleted", isCollection: kind == .collection)
    let writtenAt = propertyName("concord.writtenAt", of: custom, in: name, among: properties)
    let requestID = propertyName("concord.requestId", of: custom, in: name, among: properties)
    object.finish()
    return SchemaObject(
      id: id, name: name, physicalName: physicalName ?? name, kind: kind, summary: summary, properties: properties,
      relationships: relationships, quality: quality, basis: basis, deleted: deleted, writtenAt: writtenAt,
      requestID: requestID, tags: tags, custom: custom.values, location: node.location)
  }

  /// The property that a custom property names.
  private func propertyName(
    _ key: String, of custom: CustomProperties, in object: String, among properties: [SchemaProperty]
  ) -> String? {
    guard let wanted = custom.string(key) else { return nil }
    if !properties.contains(where: { $0.name == wanted }) {
      sink.error(
        "'\(object)' has no property '\(wanted)'", at: custom.location(of: key),
        remedy: remedy(for: wanted, among: properties.map(\.name)))
    }
    return wanted
  }

  private func kind(
    _ physicalType: String?, custom: CustomProperties, named name: String, in node: SourceNode
  ) -> SchemaObject.Kind {
    let query = custom.string("concord.query")
    if physicalType == "query", query == nil {
      sink.error(
        "the object '\(name)' of type 'query' lacks its query", at: node.location,
        remedy: "add the custom property 'concord.query' with a SELECT")
    }
    if query != nil, physicalType != "query" {
      sink.error(
        "the object '\(name)' has a 'concord.query' but is no query", at: custom.location(of: "concord.query"),
        remedy: "write 'physicalType: query'")
    }
    switch physicalType {
    case "query": return .query(query ?? "")
    case nil, "table": return .table
    case "view": return .view
    case "collection": return .collection
    case let other?: return .other(other)
    }
  }

  /// What a derived relation rests on; the rows of anything else have versions of their own.
  private func basis(_ kind: SchemaObject.Kind, custom: CustomProperties, named name: String) -> String? {
    guard let basis = custom.string("concord.basis") else { return nil }
    if kind == .table || kind == .collection {
      sink.error(
        "the object '\(name)' has a 'concord.basis' but is neither view nor query",
        at: custom.location(of: "concord.basis"),
        remedy: "take it out: the versions of its own rows tell whether they changed")
    }
    return basis
  }

  /// What a property, relationship or rule belongs to.
  struct PropertyOwner {
    let object: String
    let path: [String]
    let isCollection: Bool

    func appending(_ name: String) -> PropertyOwner {
      PropertyOwner(object: object, path: path + [name], isCollection: isCollection)
    }
  }

  // MARK: Properties

  private func properties(_ mapping: inout MappingReader, of owner: PropertyOwner) -> [SchemaProperty] {
    let properties = mapping.list("properties").compactMap { property($0, of: owner, isItem: false) }
    reportDuplicates("property", properties.map { ($0.name, $0.location) })
    reportDuplicates("property id", properties.filter { $0.id != nil }.map { ($0.id ?? "", $0.location) })
    return properties
  }

  private func property(_ node: SourceNode, of parent: PropertyOwner, isItem: Bool) -> SchemaProperty? {
    var property = mapping(node, isItem ? "the items of an array" : "a property")
    guard property.isMapping else { return nil }
    guard let name = isItem ? property.string("name") ?? "" : property.requiredString("name") else { return nil }
    let owner = isItem ? parent : parent.appending(name)
    let id = stableID(&property, in: node)
    let logicalType = property.choice("logicalType", of: SchemaProperty.LogicalType.self)
    let options = options(&property, of: logicalType)
    let custom = CustomProperties(&property, of: .property, into: sink)
    let nested =
      isItem || logicalType == nil || logicalType == .object ? properties(&property, of: owner) : []
    var items: [SchemaProperty] = []
    if logicalType == .array, let node = property.optional("items") {
      items = self.property(node, of: owner, isItem: true).map { [$0] } ?? []
    }
    let result = SchemaProperty(
      id: id, name: name, physicalName: property.string("physicalName") ?? name, logicalType: logicalType,
      options: options, physicalType: property.string("physicalType"),
      isPrimaryKey: property.bool("primaryKey") ?? false,
      primaryKeyPosition: property.int("primaryKeyPosition").flatMap { $0 > 0 ? $0 : nil },
      isRequired: property.bool("required") ?? false, isUnique: property.bool("unique") ?? false,
      classification: property.string("classification"), summary: property.string("description"), properties: nested,
      items: items,
      relationships: property.list("relationships").compactMap { relationship($0, at: owner, isProperty: true) },
      quality: property.list("quality").compactMap { qualityRule($0, of: owner) }, tags: property.strings("tags"),
      custom: custom.values, location: node.location)
    for key in ["businessName", "encryptedName", "transformLogic", "transformDescription"] { _ = property.string(key) }
    for key in ["partitioned", "criticalDataElement"] { _ = property.bool(key) }
    _ = property.int("partitionKeyPosition")
    _ = property.strings("transformSourceObjects")
    _ = property.list("examples")
    property.authoritativeDefinitions(into: sink)
    property.finish()
    return result
  }

  private func options(
    _ property: inout MappingReader, of type: SchemaProperty.LogicalType?
  ) -> [String: JSONValue] {
    let entries = property.members("logicalTypeOptions")
    let bounds = ["maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"]
    let known: [String]? =
      switch type {
      case .string: ["minLength", "maxLength", "pattern", "format"]
      case .date: ["format"] + bounds
      case .timestamp, .time: ["format", "timezone", "defaultTimezone"] + bounds
      case .integer, .number: ["format", "multipleOf"] + bounds
      case .object: ["maxProperties", "minProperties", "required"]
      case .array: ["maxItems", "minItems", "uniqueItems"]
      case .boolean, nil: nil
      }
    var options: [String: JSONValue] = [:]
    for entry in entries {
      options[entry.key] = entry.value.json
      guard let known, !known.contains(entry.key) else { continue }
      sink.error(
        "'\(entry.key)' is no option of the type '\(type?.rawValue ?? "")'", at: entry.keyLocation,
        remedy: remedy(for: entry.key, among: known))
    }
    return options
  }
}
