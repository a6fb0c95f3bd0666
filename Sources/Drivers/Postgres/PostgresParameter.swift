// Scalars travel as text of no declared type: the server then infers the type from the place, exactly as it does for
// a quoted literal, so an Int fits a smallint, a bigint and a numeric column alike, and a timestamp fits both kinds.
// Arrays of integers and bytes travel in binary with a declared type: they are the large ones.

/// The value of one placeholder, in the form in which it goes to the server.
package struct PostgresParameter: Sendable, Hashable {
  /// The form of the bytes on the wire.
  package enum Format: Int32, Sendable, Hashable {
    /// The type's text form.
    case text = 0
    /// The type's binary form; the type must be declared.
    case binary = 1
  }

  /// The declared type; 0 leaves it to the server.
  package let typeID: PostgresTypeID

  /// The form of the bytes.
  package let format: Format

  /// The value; nil for NULL.
  package let bytes: [UInt8]?

  /// The SQL NULL, of a type that the server infers.
  package static let null = PostgresParameter(typeID: .unspecified, format: .text, bytes: nil)

  /// Creates a parameter from its wire form.
  package init(typeID: PostgresTypeID, format: Format, bytes: [UInt8]?) {
    self.typeID = typeID
    self.format = format
    self.bytes = bytes
  }

  /// Creates a parameter from a text form, of a type that the server infers.
  package init(text: String) {
    self.init(typeID: .unspecified, format: .text, bytes: Array(text.utf8))
  }
}

extension PostgresParameter: CustomStringConvertible, CustomReflectable {
  /// The size and form, never the value.
  package var description: String {
    bytes.map { "\($0.count) bytes of \(format == .text ? "text" : "binary")" } ?? "NULL"
  }

  /// No children: a dump shows no value.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The number of a PostgreSQL type (`pg_type.oid`).
package struct PostgresTypeID: Sendable, Hashable, RawRepresentable {
  /// The object identifier.
  package let rawValue: UInt32

  /// Wraps an object identifier.
  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  private init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static let unspecified = Self(0)
  package static let bool = Self(16)
  package static let bytea = Self(17)
  package static let int8 = Self(20)
  package static let int2 = Self(21)
  package static let int4 = Self(23)
  package static let text = Self(25)
  package static let oid = Self(26)
  package static let json = Self(114)
  package static let float4 = Self(700)
  package static let float8 = Self(701)
  package static let int2Array = Self(1005)
  package static let int4Array = Self(1007)
  package static let textArray = Self(1009)
  package static let int8Array = Self(1016)
  package static let bpchar = Self(1042)
  package static let varchar = Self(1043)
  package static let date = Self(1082)
  package static let timestamp = Self(1114)
  package static let timestamptz = Self(1184)
  package static let numeric = Self(1700)
  package static let uuid = Self(2950)
  package static let jsonb = Self(3802)
}

extension PostgresTypeID: CustomStringConvertible {
  /// The type's name in SQL, or its number.
  package var description: String { Self.names[self] ?? "type \(rawValue)" }

  private static let names: [PostgresTypeID: String] = [
    .bool: "boolean", .bytea: "bytea", .int8: "bigint", .int2: "smallint", .int4: "integer", .text: "text",
    .oid: "oid", .json: "json", .float4: "real", .float8: "double precision", .int2Array: "smallint[]",
    .int4Array: "integer[]", .textArray: "text[]", .int8Array: "bigint[]", .bpchar: "character",
    .varchar: "character varying", .date: "date", .timestamp: "timestamp", .timestamptz: "timestamptz",
    .numeric: "numeric", .uuid: "uuid", .jsonb: "jsonb",
  ]
}
