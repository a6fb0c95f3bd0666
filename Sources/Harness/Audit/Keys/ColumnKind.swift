// Keys cross stores as text, so two things decide whether a reference is judged rightly: equal values must have one
// text (5 and 5.00, a padded character), and different values must not be taken for equal by the column (a collation
// that ignores case, a text "007" cast to the number 7). And the comparison must still use the column's own index.

import JSON
import Postgres

/// How a column's values are written as key text, and turned back so that the column's own index can be used.
enum ColumnKind: Sendable, Hashable {
  case integer
  case text
  /// Text whose collation takes different texts for equal (PostgreSQL 15, section 24.2.2.4).
  case looseText
  /// `character(n)`, whose padding means nothing.
  case padded
  case uuid
  case numeric
  /// Any other type: compared by its text, without the help of an index.
  case other

  /// Chooses by the column's type; `isLoose` says whether its collation takes different texts for equal.
  init(_ type: PostgresTypeID, isLoose: Bool = false) {
    self =
      switch type {
      case .int2, .int4, .int8: .integer
      case .text, .varchar: isLoose ? .looseText : .text
      case .bpchar: .padded
      case .uuid: .uuid
      case .numeric: .numeric
      default: .other
      }
  }

  /// Whether the type has a collation.
  static func hasCollation(_ type: PostgresTypeID) -> Bool { type == .text || type == .varchar }

  /// The column as key text: the same text for equal values, whatever their scale.
  func keyText(_ column: SQL) -> SQL {
    switch self {
    case .numeric: "pg_catalog.trim_scale(\(column))::text"
    case .looseText: "(\(column) COLLATE \"C\")::text"
    case .integer, .text, .padded, .uuid, .other: "\(column)::text"
    }
  }

  /// What rows are grouped by, so that there is one group per key text; the column itself where that is right, because
  /// then its index can do the grouping.
  func grouping(_ column: SQL) -> SQL {
    switch self {
    case .looseText: "\(column) COLLATE \"C\""
    case .other: "\(column)::text"
    case .integer, .text, .padded, .uuid, .numeric: column
    }
  }

  /// Whether an index on the column has it in the order of ``grouping(_:)``.
  var hasIndexOrder: Bool { self != .looseText && self != .other }

  /// Key texts as an array of the column's type; every text must be admitted.
  func array(_ texts: [String]) -> SQL {
    switch self {
    case .integer: "\(texts.compactMap { Int64($0) })"
    case .uuid: "\(texts)::text[]::uuid[]"
    case .numeric: "\(texts)::text[]::numeric[]"
    case .text, .looseText, .padded, .other: "\(texts)::text[]"
    }
  }

  /// A key text as a value of the column's type; it must be admitted.
  func value(_ text: String) -> SQL {
    switch self {
    case .integer: Int64(text).map { "\($0)" } ?? "NULL::bigint"
    case .uuid: "\(text)::uuid"
    case .numeric: "\(text)::numeric"
    case .padded: "\(text)::bpchar"
    case .text, .looseText, .other: "\(text)::text"
    }
  }

  /// Condition that the column equals a value taken from such an array.
  func equals(_ column: SQL, _ value: SQL) -> SQL {
    switch self {
    case .integer, .text, .uuid, .numeric: "\(column) = \(value)"
    // The first condition is for the index, the second for the bytes.
    case .looseText: "\(column) = \(value) AND \(column) COLLATE \"C\" = \(value)"
    case .padded: "\(column) = \(value)::bpchar AND \(column)::text = \(value)"
    case .other: "\(column)::text = \(value)"
    }
  }

  /// A column, or a value from such an array, in a form whose equality takes in all that ``equals(_:_:)`` does.
  func comparable(_ expression: SQL, isValue: Bool = false) -> SQL {
    switch self {
    case .integer, .text, .looseText, .uuid, .numeric: expression
    case .padded: isValue ? "\(expression)::bpchar" : expression
    case .other: isValue ? expression : "\(expression)::text"
    }
  }

  /// Whether a key text can be a value of the column at all; what cannot be one cannot exist there.
  ///
  /// Only the text that the column itself would write is admitted: "007" is no key of a number 7.
  func admits(_ text: String) -> Bool {
    switch self {
    case .integer: Int64(text).map { String($0) == text } ?? false
    case .uuid: Self.isUUID(text)
    case .numeric: Self.isCanonicalDecimal(text)
    // PostgreSQL has no text with a NUL in it.
    case .text, .looseText, .padded, .other: !text.utf8.contains(0)
    }
  }

  /// Whether a text is a UUID as PostgreSQL writes it: lower case, in groups of 8, 4, 4, 4 and 12.
  private static func isUUID(_ text: String) -> Bool {
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12]
      && groups.joined().allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  /// Whether a text is a number as `trim_scale` writes it: no exponent, no needless zero.
  private static func isCanonicalDecimal(_ text: String) -> Bool {
    if ["NaN", "Infinity", "-Infinity"].contains(text) { return true }
    guard JSONNumber(lexeme: text) != nil, !text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
      return false
    }
    return text != "-0" && !(text.utf8.contains(UInt8(ascii: ".")) && text.utf8.last == UInt8(ascii: "0"))
  }
}
