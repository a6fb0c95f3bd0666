// Most teams that begin with contracts have the tables described and the references in their heads. A column whose name
// and values both point at a key of another store is one; names alone are wrong often enough ("order_number"), and
// values alone nearly always for small integers, so a sample of each is looked up at the other before anything is said.

import DataContract
import Firestore
import FirestoreModel
import Postgres
package import RFC3339
import RunModel
import YAMLSource

/// Proposes relationships that contracts lack.
struct RelationshipSuggester: Sendable {
  let contracts: DataContractSet
  let stores: [Component]
  let access: StoreAccess
  let clock: any WallClock

  /// Rows that are read of a column, and different values of them that are looked up.
  private static let rows = 2000
  private static let values = 200
  /// Share of the values that must exist where the name speaks for a reference as well.
  private static let enough = 0.5
  /// Fewest different values that speak by themselves.
  private static let fewest = 10

  /// An object with the store that holds it.
  private struct Place {
    let contract: DataContract
    let object: SchemaObject
    let store: Component
  }

  /// The suggestions, in the order of the contracts; columns that cannot be read are left out.
  func run() async -> [RelationshipSuggestion] {
    let compiler = RuleCompiler(contracts: contracts, stores: stores)
    let places = contracts.contracts.flatMap { contract -> [Place] in
      guard let store = compiler.store(of: contract, at: contract.source.root.location)?.component else { return [] }
      return contract.objects.map { Place(contract: contract, object: $0, store: store) }
    }
    let known = Set(contracts.relationships.flatMap(\.from).map { "\($0.contractFile)#\($0.object).\($0.path)" })
    var suggestions: [RelationshipSuggestion] = []
    for place in places {
      // What a query derives refers to nothing that its tables do not refer to.
      if case .query = place.object.kind { continue }
      let key = place.object.primaryKey
      for property in place.object.properties
      where !known.contains("\(place.contract.file)#\(place.object.name).\([property.name])") {
        // What is a key of its own names itself.
        if key.count == 1, key[0].name == property.name { continue }
        if let best = await best(of: places, for: property, at: place, compiler) { suggestions.append(best) }
      }
    }
    return suggestions
  }

  private func best(
    of places: [Place], for property: SchemaProperty, at place: Place, _ compiler: RuleCompiler
  ) async -> RelationshipSuggestion? {
    var sample: [Key]?
    var best: RelationshipSuggestion?
    for other in places {
      // Within one database a foreign key is the better rule.
      if other.store == place.store, place.store.kind == .postgresql { continue }
      guard let key = other.object.primaryKey.first, other.object.primaryKey.count == 1,
        Self.isCompatible(property, key)
      else { continue }
      let name = ColumnName(property.name)
      let isAfterObject = name.names(other.object.name, key: key.name)
      let isNamed = isAfterObject || name.names(key: key.name)
      // Whole numbers meet by chance; texts hardly ever.
      guard isNamed || property.logicalType != .integer && key.logicalType != .integer else { continue }
      if sample == nil { sample = await keys(of: property, at: place, compiler) }
      guard let sample, let found = await existing(sample, key, at: other, compiler) else { continue }
      let suggestion = RelationshipSuggestion(
        from: "\(place.object.name).\(property.name)", to: "\(other.object.name).\(key.name)",
        reference: Self.reference(from: place, to: other, key), ground: isNamed ? .name : .values,
        looked: sample.count, found: found, location: property.location)
      // Without values, a key that merely has the same name ("idempotency_key") says too little.
      guard suggestion.looked > 0 ? Self.isConvincing(suggestion) : isAfterObject else { continue }
      if best.map({ Self.isBetter(suggestion, than: $0) }) ?? true { best = suggestion }
    }
    return best
  }

  private static func isCompatible(_ one: SchemaProperty, _ other: SchemaProperty) -> Bool {
    guard one.logicalType != .array, one.logicalType != .object else { return false }
    guard let left = one.logicalType, let right = other.logicalType else { return true }
    return left == right
  }

  private static func isConvincing(_ suggestion: RelationshipSuggestion) -> Bool {
    switch suggestion.ground {
    case .name: (suggestion.share ?? 0) >= enough
    case .values: suggestion.looked >= fewest && suggestion.found == suggestion.looked
    }
  }

  private static func isBetter(_ one: RelationshipSuggestion, than other: RelationshipSuggestion) -> Bool {
    if one.ground != other.ground { return one.ground == .name }
    return (one.share ?? 0) > (other.share ?? 0)
  }

  private static func reference(from place: Place, to other: Place, _ key: SchemaProperty) -> String {
    if place.contract.file == other.contract.file { return "\(other.object.name).\(key.name)" }
    let file = other.contract.file.split(separator: "/").last.map(String.init) ?? other.contract.file
    return "\(file)#/schema/\(other.object.name)/properties/\(key.name)"
  }

  // MARK: Values

  /// Some different values of a column; nil when it cannot be read.
  private func keys(of property: SchemaProperty, at place: Place, _ compiler: RuleCompiler) async -> [Key]? {
    let columns = RuleCompiler.Columns(paths: [[property.name]], use: .measured)
    switch compiler.relation(of: place.object, in: place.contract, columns, filter: nil, at: property.location) {
    case nil: return nil
    case .sql(let relation):
      guard let side = try? await SQLSide(relation, reader: access.reader(relation.store)) else { return nil }
      let text = side.kinds[0].keyText(relation.column(relation.columns[0]))
      let rows = try? await side.reader.snapshot { connection in
        try connection.querySync(
          """
          SELECT \(text) FROM \(relation.from) WHERE \(relation.condition) \
          AND \(relation.column(relation.columns[0])) IS NOT NULL LIMIT \(Self.rows)
          """
        ).rows.map { Key([try $0[0].decode(String.self)]) }
      }.value
      return rows.map(Self.different)
    case .firestore(let relation):
      guard let client = try? access.client(relation.store) else { return nil }
      let page = relation.page(after: nil, size: Self.values)
      guard let documents = try? await client.runQuery(page, parent: relation.collection.parent).documents else {
        return nil
      }
      return Self.different(
        documents.flatMap { FirestoreRelation.value(of: relation.fields[0], in: $0)?.keyTexts ?? [] }.map { Key([$0]) })
    }
  }

  private static func different(_ keys: [Key]) -> [Key] {
    var seen: Set<Key> = []
    return Array(keys.filter { seen.insert($0).inserted }.prefix(values))
  }

  /// How many of the keys exist at a place; nil when it cannot be read.
  private func existing(
    _ keys: [Key], _ key: SchemaProperty, at place: Place, _ compiler: RuleCompiler
  ) async -> Int? {
    let columns = RuleCompiler.Columns(paths: [[key.name]], use: .referent)
    let target: (any KeyTarget)? =
      switch compiler.relation(of: place.object, in: place.contract, columns, filter: nil, at: key.location) {
      case nil: nil
      case .sql(let relation): try? await SQLSide(relation, reader: access.reader(relation.store)).target
      case .firestore(let relation):
        (try? access.client(relation.store)).map { FirestoreKeyTarget(relation: relation, client: $0, clock: clock) }
      }
    guard let target, let absent = try? await target.absent(among: keys) else { return nil }
    return keys.count - absent.keys.count
  }
}

extension AuditRules {
  /// Proposes relationships that the contracts lack, from names, types and a sample of values.
  package func suggestions(stores: [String: AuditedStore], clock: any WallClock) async -> [RelationshipSuggestion] {
    let access = StoreAccess(stores: stores, rulesAtOnce: 1)
    let suggestions = await RelationshipSuggester(
      contracts: contracts, stores: components, access: access, clock: clock
    ).run()
    await access.close()
    return suggestions
  }
}
