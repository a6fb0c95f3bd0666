package import JSON
package import RFC3339

/// A value that can stand for a placeholder in a statement.
package protocol PostgresEncodable: Sendable {
  /// The value in the form in which it goes to the server.
  var postgresParameter: PostgresParameter { get }
}

extension PostgresParameter: PostgresEncodable {
  /// The parameter itself.
  package var postgresParameter: PostgresParameter { self }
}

extension String: PostgresEncodable {
  /// The text, for a column of any type whose text form it is.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: self) }
}

extension Substring: PostgresEncodable {
  /// The text, for a column of any type whose text form it is.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: String(self)) }
}

extension Int: PostgresEncodable {
  /// Decimal digits, for any numeric type that the value fits.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: String(self)) }
}

extension Int64: PostgresEncodable {
  /// Decimal digits, for any numeric type that the value fits.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: String(self)) }
}

extension Int32: PostgresEncodable {
  /// Decimal digits, for any numeric type that the value fits.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: String(self)) }
}

extension Int16: PostgresEncodable {
  /// Decimal digits, for any numeric type that the value fits.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: String(self)) }
}

extension Double: PostgresEncodable {
  /// The shortest digits that read back as the same number.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: postgresText) }

  /// PostgreSQL's spelling: Swift writes `nan` and `inf`.
  var postgresText: String {
    guard isFinite else { return isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity" }
    return description
  }
}

extension Bool: PostgresEncodable {
  /// `true` or `false`.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: self ? "true" : "false") }
}

extension Timestamp: PostgresEncodable {
  /// The instant in UTC to the microsecond, which is all that PostgreSQL keeps, for either kind of timestamp column.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: postgres) }
}

extension JSONValue: PostgresEncodable {
  /// Compact JSON text, for a `json` or `jsonb` column.
  package var postgresParameter: PostgresParameter { PostgresParameter(text: serialized()) }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// The value's parameter, or NULL.
  package var postgresParameter: PostgresParameter { self?.postgresParameter ?? .null }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
  /// A one-dimensional array, or `bytea` for bytes.
  package var postgresParameter: PostgresParameter { Element.postgresParameter(for: self) }
}
