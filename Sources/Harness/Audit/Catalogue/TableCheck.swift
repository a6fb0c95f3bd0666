import DataContract
import Postgres
import YAMLSource

/// Compares an object of a contract with the table or view of its name.
struct TableCheck: Sendable {
  let object: SchemaObject
  let reader: SQLReader

  private var store: String { reader.store.name }

  /// Everything that differs.
  func run() async throws -> [Diagnostic] {
    guard let facts = try await TableFacts.read(QualifiedName(parsing: object.physicalName), reader: reader) else {
      let names = try await TableFacts.names(reader: reader)
      return [
        Diagnostic(
          location: object.location, message: "\(store) has no table '\(object.physicalName)'",
          remedy: remedy(for: object.physicalName, among: names))
      ]
    }
    var problems: [Diagnostic] = []
    for property in object.properties {
      guard let column = facts.columns.first(where: { $0.name == property.physicalName }) else {
        problems.append(
          Diagnostic(
            location: property.location,
            message: "'\(object.physicalName)' in \(store) has no column '\(property.physicalName)'",
            remedy: remedy(for: property.physicalName, among: facts.columns.map(\.name))))
        continue
      }
      problems += try await check(property, column)
      if facts.isTable { problems += check(property, column, facts) }
    }
    if facts.isTable { problems += primaryKey(facts) }
    return problems
  }

  // MARK: Types

  private func check(_ property: SchemaProperty, _ column: TableFacts.Column) async throws -> [Diagnostic] {
    guard let promised = property.physicalType else { return logicalType(property, column) }
    let (name, modifier) = Self.parts(of: promised)
    guard let type = try await typeName(name) else {
      return [
        warning(property, "'\(promised)' is no type of PostgreSQL; the column is \(column.fullType)", column.fullType)
      ]
    }
    guard type == column.type else {
      return [
        Diagnostic(
          location: property.location,
          message: "\(place(property)) is \(column.fullType) in \(store), and the contract says \(promised)",
          remedy: "write physicalType: \(column.fullType), or change the column")
      ]
    }
    let found = Self.parts(of: column.fullType).modifier
    guard let modifier, modifier != found else { return [] }
    return [
      warning(
        property, "\(place(property)) is \(column.fullType) in \(store), and the contract says \(promised)",
        column.fullType)
    ]
  }

  private func logicalType(_ property: SchemaProperty, _ column: TableFacts.Column) -> [Diagnostic] {
    guard let logical = property.logicalType, let types = Self.types(of: logical), !types.contains(column.type) else {
      return []
    }
    return [
      Diagnostic(
        severity: .warning, location: property.location,
        message: "\(place(property)) is \(column.fullType) in \(store), and the contract says \(logical.rawValue)")
    ]
  }

  /// The types that values of a kind are kept in; nil where there are too many to tell.
  private static func types(of logical: SchemaProperty.LogicalType) -> Set<String>? {
    let integers: Set = ["smallint", "integer", "bigint"]
    return switch logical {
    case .integer: integers
    case .number: integers.union(["numeric", "real", "double precision"])
    case .boolean: ["boolean"]
    case .date: ["date"]
    case .timestamp: ["timestamp without time zone", "timestamp with time zone"]
    case .time: ["time without time zone", "time with time zone"]
    case .string, .object, .array: nil
    }
  }

  /// A type as the server writes it; nil when it knows none of the name.
  private func typeName(_ name: String) async throws -> String? {
    switch name.lowercased() {
    // They are no types but ways to declare a column.
    case "serial", "serial4": return "integer"
    case "bigserial", "serial8": return "bigint"
    case "smallserial", "serial2": return "smallint"
    default: break
    }
    do {
      return try await reader.snapshot { connection in
        try connection.querySync(
          "SELECT pg_catalog.format_type(pg_catalog.to_regtype(\(name))::oid, NULL)"
        ).rows[0][0].text
      }.value.flatMap { $0 == "-" ? nil : $0 }
    } catch let error as PostgresError where error.sqlState?.hasPrefix("42") == true {
      // Not even the grammar of a type.
      return nil
    }
  }

  /// `VARCHAR(255)[]` as `VARCHAR[]` and `255`; the modifier without blanks.
  static func parts(of type: String) -> (name: String, modifier: String?) {
    guard let open = type.firstIndex(of: "("), let close = type[open...].firstIndex(of: ")") else {
      return (type, nil)
    }
    let modifier = type[type.index(after: open)..<close].filter { !$0.isWhitespace }
    return (String(type[..<open] + type[type.index(after: close)...]), String(modifier))
  }

  // MARK: Keys

  private func check(_ property: SchemaProperty, _ column: TableFacts.Column, _ facts: TableFacts) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    if property.isRequired || property.isPrimaryKey, !column.isNotNull {
      problems.append(
        warning(
          property, "\(place(property)) may be null in \(store), and the contract promises that it never is", nil))
    }
    if property.isUnique, !facts.indexes.contains(where: { $0.isUnique && $0.columns == [column.name] }) {
      problems.append(
        warning(
          property, "no unique index of \(store) keeps \(place(property)) unique, which the contract promises", nil))
    }
    return problems
  }

  private func primaryKey(_ facts: TableFacts) -> [Diagnostic] {
    let key = object.primaryKey
    let columns = Set(key.map(\.physicalName))
    let isKept = facts.indexes.contains { $0.isUnique && Set($0.columns) == columns }
    // A property of its own that says unique has been told already.
    guard let first = key.first, !isKept, !(key.count == 1 && first.isUnique) else { return [] }
    let names = key.map(\.physicalName).joined(separator: ", ")
    return [
      Diagnostic(
        severity: .warning, location: first.location,
        message: "no unique index of '\(object.physicalName)' in \(store) has the contract's primary key: \(names)")
    ]
  }

  private func place(_ property: SchemaProperty) -> String { "'\(object.name).\(property.name)'" }

  private func warning(_ property: SchemaProperty, _ message: String, _ type: String?) -> Diagnostic {
    Diagnostic(
      severity: .warning, location: property.location, message: message,
      remedy: type.map { "write physicalType: \($0)" })
  }
}
