import FirestoreModel

extension SparkSide {
  /// A referent that Concord has read into a file of lines that each hold a key.
  init(keysOf relation: FirestoreRelation, at path: String) {
    self.init(
      definition: "(k0 STRING) USING json OPTIONS (path \(SparkText.literal(path)))", keys: ["k0"],
      plan: "\(relation.store): keys of \(relation.collection), read by Concord into a file")
  }

  /// A referrer that Concord has read into a file of lines that each hold a key and the path of its document.
  init(usesOf relation: FirestoreRelation, at path: String) {
    self.init(
      definition: "(k0 STRING, document STRING) USING json OPTIONS (path \(SparkText.literal(path)))", keys: ["k0"],
      document: "document",
      plan: "\(relation.store): keys that \(relation.collection) uses, read by Concord into a file")
  }

  /// A referent that is read from an export.
  ///
  /// A column of another type than text gives the text that Spark makes of it; where that is not the key's, the key is
  /// one candidate more, and found to exist when it is looked up.
  init(_ relation: FirestoreRelation, in export: SparkExport) throws {
    let field = relation.fields[0]
    guard let column = SparkText.column(field.isDocumentID ? export.id : field.segments) else {
      throw RuleError(message: "Spark SQL cannot name the column \(field) of the export \(export.path)")
    }
    var condition = "\(column) IS NOT NULL"
    if !relation.excluded.isEmpty {
      let parts = try relation.excluded.map { try Self.condition($0) }
      condition += " AND NOT coalesce(\(parts.joined(separator: " AND ")), false)"
    }
    if !relation.filters.isEmpty {
      condition += try relation.filters.map { " AND \(try Self.condition($0))" }.joined()
    }
    self.init(
      definition: "USING \(export.format.rawValue) OPTIONS (path \(SparkText.literal(export.path)))",
      keys: ["CAST(\(column) AS STRING)"], condition: condition,
      plan: "\(relation.store): \(field.isDocumentID ? relation.idName : field.description) of \(relation.collection), "
        + "from the export \(export.path); what was deleted since it was made is not seen")
  }

  /// A condition on the columns of an export; like in a query, a missing field satisfies none.
  static func condition(_ filter: FirestoreFilter) throws -> String {
    guard let column = SparkText.column(filter.field.segments) else { throw inexpressible(filter) }
    func literal(_ value: FirestoreValue) throws -> String {
      switch value {
      case .string(let text): SparkText.literal(text)
      case .integer(let number): String(number)
      case .double(let number) where number.isFinite: "\(number)D"
      case .boolean(let flag): String(flag)
      default: throw inexpressible(filter)
      }
    }
    func list(_ value: FirestoreValue) throws -> String {
      guard case .array(let elements) = value, !elements.isEmpty else { throw inexpressible(filter) }
      return "(\(try elements.map(literal).joined(separator: ", ")))"
    }
    return switch (filter.comparison, filter.value) {
    case (.notEqual, .null): "\(column) IS NOT NULL"
    case (.equal, let value): "\(column) = \(try literal(value))"
    case (.notEqual, let value): "\(column) <> \(try literal(value))"
    case (.lessThan, let value): "\(column) < \(try literal(value))"
    case (.lessThanOrEqual, let value): "\(column) <= \(try literal(value))"
    case (.greaterThan, let value): "\(column) > \(try literal(value))"
    case (.greaterThanOrEqual, let value): "\(column) >= \(try literal(value))"
    case (.in, let value): "\(column) IN \(try list(value))"
    case (.notIn, let value): "\(column) NOT IN \(try list(value))"
    case (.arrayContains, let value): "array_contains(\(column), \(try literal(value)))"
    case (.arrayContainsAny, _): throw inexpressible(filter)
    }
  }

  private static func inexpressible(_ filter: FirestoreFilter) -> RuleError {
    RuleError(message: "the condition on \(filter.field) cannot be put to an export; leave the export of it out")
  }
}
