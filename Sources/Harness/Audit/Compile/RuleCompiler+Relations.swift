import DataContract
import FirestoreModel
import JSON
import RunModel
import YAMLSource

extension RuleCompiler {
  /// Columns that a rule is about.
  struct Columns {
    /// What they are for, which decides what they can be.
    enum Use {
      case referrer, referent, measured
    }

    /// Names in the contract, each from the outside in.
    let paths: [[String]]
    let use: Use
    /// Whether rows that count as deleted are none.
    var areDeletedLeftOut = false
    /// How long ago a row must have been written to be judged.
    var grace: Duration?
  }

  /// The rows of an object that a rule is about.
  func relation(
    of object: SchemaObject, in contract: DataContract, _ columns: Columns, filter: RowFilter?,
    at location: SourceLocation
  ) -> Relation? {
    guard let (store, server) = store(of: contract, at: location) else { return nil }
    let chains = columns.paths.compactMap { object.chain(to: $0) }
    guard chains.count == columns.paths.count else { return nil }
    switch (store.kind, object.kind) {
    case (.service, _): return nil
    case (.postgresql, .collection):
      sink.error(
        "'\(object.name)' is a collection, but its store '\(store.name)' is PostgreSQL", at: object.location,
        remedy: "write physicalType: table, or name a Firestore store as the contract's server")
      return nil
    case (.firestore, .query):
      sink.error(
        "'\(object.name)' is a query, but its store '\(store.name)' is Firestore", at: object.location,
        remedy: "write physicalType: collection; Firestore runs no SQL")
      return nil
    case (.postgresql, _):
      return table(object, SQLStore(server, of: store), chains, columns, filter, at: location).map { .sql($0) }
    case (.firestore, _):
      return collection(object, in: store, chains, columns, filter, at: location).map { .firestore($0) }
    }
  }

  // MARK: PostgreSQL

  private func table(
    _ object: SchemaObject, _ store: SQLStore, _ chains: [[SchemaProperty]], _ use: Columns, _ filter: RowFilter?,
    at location: SourceLocation
  ) -> SQLRelation? {
    var columns: [String] = []
    for chain in chains {
      let name = chain.map(\.name).joined(separator: ".")
      guard chain.count == 1 else {
        sink.error(
          "'\(object.name).\(name)' is a field inside a column, which a rule cannot be about", at: location,
          remedy: "add an object of physicalType query whose concord.query selects the field as a column")
        return nil
      }
      guard chain[0].logicalType != .array else {
        sink.error(
          "'\(object.name).\(name)' is an array, which a rule cannot be about", at: location,
          remedy: "add an object of physicalType query whose concord.query selects its elements with unnest()")
        return nil
      }
      columns.append(chain[0].physicalName)
    }
    var condition: SQLText?
    if case .sql(let text) = filter {
      guard let read = self.condition(text, "concord.filter", at: location) else { return nil }
      condition = read
    }
    if use.areDeletedLeftOut, case .sql(let text) = object.deleted {
      guard let read = self.condition(text, "concord.deleted", at: object.location),
        let live = self.condition("(\(read.text)) IS NOT TRUE", "concord.deleted", at: object.location)
      else { return nil }
      condition = live
    }
    guard let source = source(of: object) else { return nil }
    var basis: SQLText?
    if let text = object.basis {
      guard let read = query(text, "concord.basis", of: object) else { return nil }
      basis = read
    }
    let key = object.primaryKey.map(\.physicalName)
    var relation = SQLRelation(
      store: store, source: source, columns: columns, identity: key.isEmpty ? columns : key, filter: condition,
      basis: basis)
    if let grace = use.grace {
      guard let name = object.writtenAt, let writtenAt = object.property(named: name) else {
        sink.error(
          "concord.grace needs to know when a row of '\(object.name)' was written", at: location,
          remedy: "give the object '\(object.name)' concord.writtenAt: the property that tells, such as created_at")
        return nil
      }
      relation.grace = SQLRelation.Grace(writtenAt: writtenAt.physicalName, duration: grace)
    }
    return relation
  }

  private func condition(_ text: String, _ what: String, at location: SourceLocation) -> SQLText? {
    sqlText(at: location, what: what) { () throws(SQLText.Problem) in try SQLText(condition: text) }
  }

  private func source(of object: SchemaObject) -> SQLRelation.Source? {
    guard case .query(let text) = object.kind else { return .table(QualifiedName(parsing: object.physicalName)) }
    return query(text, "concord.query", of: object).map { .query($0, name: object.name) }
  }

  private func query(_ text: String, _ what: String, of object: SchemaObject) -> SQLText? {
    sqlText(at: object.location, what: what) { () throws(SQLText.Problem) in try SQLText(query: text) }
  }

  /// Reads SQL of a contract and reports what is wrong with it.
  func sqlText(
    at location: SourceLocation, what: String, _ read: () throws(SQLText.Problem) -> SQLText
  ) -> SQLText? {
    do throws(SQLText.Problem) {
      return try read()
    } catch {
      sink.error("\(what): \(error.message)", at: location, remedy: error.remedy)
      return nil
    }
  }

  // MARK: Firestore

  private func collection(
    _ object: SchemaObject, in store: Component, _ chains: [[SchemaProperty]], _ use: Columns,
    _ filter: RowFilter?, at location: SourceLocation
  ) -> FirestoreRelation? {
    guard use.use == .measured || chains.count == 1 else {
      sink.error(
        "a reference with \(chains.count) columns cannot involve the collection '\(object.name)'", at: location,
        remedy: "refer to the document id, or to one field")
      return nil
    }
    guard object.primaryKey.count <= 1 else {
      sink.error(
        "the collection '\(object.name)' has \(object.primaryKey.count) primary keys, but a document has one id",
        at: object.location, remedy: "mark the property that stands for the document's id, and no other")
      return nil
    }
    do throws(FirestoreFormatError) {
      let path = try CollectionPath(object.physicalName)
      var fields: [FieldPath] = []
      for chain in chains {
        let isID = chain.count == 1 && chain[0].isPrimaryKey
        fields.append(isID ? .documentID : try FieldPath(chain.map(\.physicalName)))
      }
      guard let filters = filters(filter, "concord.filter", at: location),
        let excluded = use.areDeletedLeftOut
          ? self.filters(object.deleted, "concord.deleted", at: object.location) : []
      else { return nil }
      let writtenAt = try object.writtenAt.flatMap { object.property(named: $0) }
        .map { property throws(FirestoreFormatError) in try FieldPath([property.physicalName]) }
      return FirestoreRelation(
        store: store.name, collection: path, fields: fields, idName: object.primaryKey.first?.name ?? "id",
        filters: filters, excluded: excluded, grace: use.grace, writtenAt: writtenAt)
    } catch {
      sink.error(error.message, at: object.location)
      return nil
    }
  }

  private func filters(_ filter: RowFilter?, _ what: String, at location: SourceLocation) -> [FirestoreFilter]? {
    guard case .fields(let conditions) = filter else { return [] }
    var filters: [FirestoreFilter] = []
    for condition in conditions {
      let isList = condition.value.arrayValue != nil
      if [.isIn, .isNotIn].contains(condition.comparison), !isList {
        sink.error(
          "\(what): '\(condition.comparison.rawValue)' needs a list of values", at: location,
          remedy: "write value: [\(condition.value.serialized())]")
        return nil
      }
      do throws(FirestoreFormatError) {
        filters.append(
          try FirestoreFilter(field: condition.field, comparison: condition.comparison, value: condition.value))
      } catch {
        sink.error("\(what): \(error.message)", at: location)
        return nil
      }
    }
    return filters
  }
}

extension SQLStore {
  /// The store of a contract's server, with the schema that the server names.
  init(_ server: ContractServer, of store: Component) {
    self.init(name: store.name, schema: server.details["schema"]?.stringValue)
  }
}

extension SchemaObject {
  /// The properties from the outermost to the one at a path of names; nil when there is none.
  func chain(to path: [String]) -> [SchemaProperty]? {
    var chain: [SchemaProperty] = []
    var properties = self.properties
    for name in path {
      guard let property = properties.first(where: { $0.name == name }) else { return nil }
      chain.append(property)
      properties = property.properties + property.items.flatMap(\.properties)
    }
    return chain.isEmpty ? nil : chain
  }
}
