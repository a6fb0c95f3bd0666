import YAMLSource

/// Finds what the references of contracts mean, and reports those that mean nothing.
struct ReferenceLinker {
  let contracts: [DataContract]
  let loader: SourceLoader
  let sink: DiagnosticSink
  /// Whether all contracts are here; if not, references to others are left alone.
  let isComplete: Bool

  /// Links all relationships and checks the elements of service levels and the ids of rules.
  @discardableResult
  func link() -> [LinkedRelationship] {
    reportDuplicateRules()
    for contract in contracts {
      for level in contract.serviceLevels { check(level, of: contract) }
    }
    return contracts.flatMap { contract in contract.relationships.compactMap { link($0, of: contract) } }
  }

  private func link(_ relationship: Relationship, of contract: DataContract) -> LinkedRelationship? {
    for reference in relationship.from where reference.contract != nil {
      sink.error(
        "'from' must be in the same contract, found '\(reference)'", at: reference.location,
        remedy: "declare the relationship in that contract")
    }
    let from = relationship.from.compactMap { column($0, of: contract) }
    let to = relationship.to.compactMap { column($0, of: contract) }
    guard from.count == relationship.from.count, to.count == relationship.to.count else { return nil }
    for (columns, name) in [(from, "from"), (to, "to")]
    where Set(columns.map { [$0.contractFile, $0.object] }).count > 1 {
      sink.error(
        "all columns of '\(name)' must be in one object", at: relationship.location,
        remedy: "split the relationship into several")
    }
    return LinkedRelationship(relationship: relationship, from: from, to: to)
  }

  // MARK: Columns

  private func column(_ reference: ColumnReference, of contract: DataContract) -> LinkedColumn? {
    guard let owner = owner(of: reference, from: contract) else { return nil }
    guard let object = object(reference, in: owner) else {
      reportMissingObject(reference, in: owner)
      return nil
    }
    var properties = object.properties
    var path: [String] = []
    var found: SchemaProperty?
    for step in reference.property {
      let property =
        properties.first { reference.notation == .qualified && $0.id == step }
        ?? properties.first { $0.name == step }
      guard let property else {
        reportMissingProperty(step, of: reference, among: properties, in: object, of: owner)
        return nil
      }
      path.append(property.name)
      properties = property.properties + property.items.flatMap(\.properties)
      found = property
    }
    guard let found else { return nil }
    return LinkedColumn(contractFile: owner.file, object: object.name, path: path, property: found)
  }

  /// The contract that a reference names: by its path from this one, else by its file's name alone.
  private func owner(of reference: ColumnReference, from contract: DataContract) -> DataContract? {
    guard let file = reference.contract else { return contract }
    if let path = loader.resolve(file, relativeTo: contract.file),
      let other = contracts.first(where: { $0.file == path })
    {
      return other
    }
    guard isComplete else { return nil }
    let names = contracts.map { Self.fileName($0.file) }
    sink.error(
      "the reference '\(reference)' names the unknown contract '\(file)'", at: reference.location,
      remedy: remedy(for: file, among: names))
    return nil
  }

  private func object(_ reference: ColumnReference, in contract: DataContract) -> SchemaObject? {
    contract.objects.first { reference.notation == .qualified && $0.id == reference.object }
      ?? contract.objects.first { $0.name == reference.object }
  }

  private func reportMissingObject(_ reference: ColumnReference, in contract: DataContract) {
    let names = contract.objects.map { reference.notation == .qualified ? $0.id ?? $0.name : $0.name }
    var advice = remedy(for: reference.object, among: names)
    // A name that another contract has: the shorthand does not reach there.
    if reference.notation == .shorthand,
      let other = contracts.first(where: { $0.file != contract.file && $0.object(named: reference.object) != nil })
    {
      advice =
        "for another contract write '\(Self.fileName(other.file))#/schema/\(reference.object)/properties/\(reference.property.joined(separator: "/properties/"))'"
    }
    sink.error(
      "the reference '\(reference)' names the unknown object '\(reference.object)' of '\(contract.file)'",
      at: reference.location, remedy: advice)
  }

  private func reportMissingProperty(
    _ name: String, of reference: ColumnReference, among properties: [SchemaProperty], in object: SchemaObject,
    of contract: DataContract
  ) {
    let names = properties.map { reference.notation == .qualified ? $0.id ?? $0.name : $0.name }
    sink.error(
      "the reference '\(reference)' names the unknown property '\(name)' of '\(object.name)' in '\(contract.file)'",
      at: reference.location, remedy: remedy(for: name, among: names))
  }

  // MARK: Service levels and rules

  /// The element of a service level is `object` or `object.property`.
  private func check(_ level: ServiceLevel, of contract: DataContract) {
    let place = level.location
    for element in level.elements {
      let parts = element.split(separator: ".", maxSplits: 1).map(String.init)
      guard let name = parts.first, let object = contract.object(named: name) else {
        sink.error(
          "the service level '\(level.property)' names the unknown object '\(parts.first ?? element)'", at: place,
          remedy: remedy(for: parts.first ?? element, among: contract.objects.map(\.name)))
        continue
      }
      guard parts.count == 2, object.property(named: parts[1]) == nil else { continue }
      sink.error(
        "the service level '\(level.property)' names the unknown property '\(parts[1])' of '\(name)'", at: place,
        remedy: remedy(for: parts[1], among: object.properties.map(\.name)))
    }
  }

  /// Findings, baselines and reports go by the ids of rules, so they must be unique over all contracts.
  private func reportDuplicateRules() {
    var seen: [String: SourceLocation] = [:]
    let rules = contracts.flatMap { contract in
      contract.relationships.map { ($0.id, $0.location) } + contract.qualityRules.map { ($0.id, $0.location) }
        + contract.retentions.map { ($0.id, $0.location) }
    }
    for (id, location) in rules {
      if let first = seen[id] {
        sink.error(
          "the rule id '\(id)' is used twice; it is already at \(first)", at: location,
          remedy: "give one of them another 'concord.id'")
      } else {
        seen[id] = location
      }
    }
  }

  private static func fileName(_ file: String) -> String { file.split(separator: "/").last.map(String.init) ?? file }
}
