/// One value of a row.
package struct PostgresCell: Sendable {
  enum Place: Sendable {
    case column(Int32)
    case unknown(String)
  }

  let storage: ResultStorage
  let row: Int32
  let place: Place

  /// The value in PostgreSQL's text form, nil for NULL.
  ///
  /// The column must exist: reading one that does not is a mistake in the program.
  package var text: String? {
    guard case .column(let column) = place else {
      preconditionFailure(missingColumn?.message ?? "no such column")
    }
    return storage.bytes(row: row, column: column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether the value is NULL; the column must exist.
  package var isNull: Bool { text == nil }

  /// The column; nil when the name is unknown.
  package var column: PostgresColumn? {
    guard case .column(let index) = place else { return nil }
    return storage.columns[Int(index)]
  }

  /// The value as a Swift type.
  ///
  /// Throws an error of code `decoding` that names the column and its type, never the value: when the column does not
  /// exist, when the value is NULL and the type is not optional, and when column and Swift type do not fit.
  package func decode<Value: PostgresDecodable>(_ type: Value.Type = Value.self) throws(PostgresError) -> Value {
    if let missingColumn {
      throw missingColumn
    }
    return try Value(postgres: self)
  }

  /// The text of a value that must not be NULL.
  package func requiredText(for type: Any.Type) throws(PostgresError) -> String {
    guard let text else {
      throw mismatch("is NULL, which \(type) cannot hold")
    }
    return text
  }

  /// The error to throw when the value does not fit: "column "x" (type) …".
  package func mismatch(_ problem: String) -> PostgresError {
    let name = column.map { "column \"\($0.name)\" (\($0.typeID))" } ?? "a column"
    var error = PostgresError(.decoding, "\(name) \(problem)")
    error.column = column?.name
    return error
  }

  private var missingColumn: PostgresError? {
    guard case .unknown(let name) = place else { return nil }
    let names = storage.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    var error = PostgresError(.decoding, "the result has no column \"\(name)\"; it has \(names)")
    error.column = name
    return error
  }
}

extension PostgresCell: CustomStringConvertible, CustomReflectable {
  /// The column, never the value.
  package var description: String { column.map { "\($0.name) (\($0.typeID))" } ?? "no such column" }

  /// No children: a dump shows no value.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
