// A statement is kept as pieces between its placeholders, so statements can be put together from statements and the
// placeholders are numbered once, at the end. A value in an interpolation always becomes a placeholder; text gets into
// a statement only through the three labels, each of which is easy to search for.

/// An SQL statement with the values of its placeholders.
///
/// ```swift
/// let query: SQL = "SELECT name FROM \(identifier: table) WHERE id = \(id)"
/// ```
package struct SQL: Sendable, ExpressibleByStringInterpolation {
  /// The pieces of text around the placeholders: always one more than there are parameters.
  private var pieces: [String]

  /// The values of the placeholders, in order.
  package private(set) var parameters: [PostgresParameter]

  /// Wraps a text without placeholders; whoever calls this vouches that no input got into it.
  package init(unsafe text: String) {
    pieces = [text]
    parameters = []
  }

  /// A statement written in the source is safe.
  package init(stringLiteral value: String) {
    self.init(unsafe: value)
  }

  /// Puts the pieces of an interpolation together.
  package init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.statement
  }

  /// The statement with `$1`, `$2`, … for its values.
  package var text: String {
    guard !parameters.isEmpty else { return pieces[0] }
    var text = pieces[0]
    for (index, piece) in pieces.dropFirst().enumerated() {
      text += "$\(index + 1)"
      // A digit right after a value must not become part of the placeholder's number.
      text += piece.first?.isNumber == true ? " " + piece : piece
    }
    return text
  }

  /// Whether the statement has no text at all.
  package var isEmpty: Bool { parameters.isEmpty && pieces[0].isEmpty }

  /// The statement with each value replaced by what a function makes of it.
  func text(replacing value: (PostgresParameter) -> String) -> String {
    var text = pieces[0]
    for (index, parameter) in parameters.enumerated() {
      text += value(parameter)
      text += pieces[index + 1]
    }
    return text
  }

  /// Appends a statement with its values.
  package static func += (left: inout SQL, right: SQL) {
    left.pieces[left.pieces.count - 1] += right.pieces[0]
    left.pieces += right.pieces.dropFirst()
    left.parameters += right.parameters
  }

  /// One statement after the other; neither gets a space.
  package static func + (left: SQL, right: SQL) -> SQL {
    var sum = left
    sum += right
    return sum
  }

  /// A name quoted for SQL, so that any text is a name and nothing else (PostgreSQL 15, section 4.1.1).
  package static func quoted(identifier: String) -> String {
    "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// A text quoted for SQL, for the utility statements that take no parameters (PostgreSQL 15, section 4.1.2).
  ///
  /// The escape form is used where there is a backslash, so it holds whatever `standard_conforming_strings` says.
  package static func quoted(literal: String) -> String {
    var text = ""
    for scalar in literal.unicodeScalars {
      if scalar == "'" || scalar == "\\" {
        text.unicodeScalars.append(scalar)
      }
      text.unicodeScalars.append(scalar)
    }
    return literal.unicodeScalars.contains("\\") ? " E'\(text)'" : "'\(text)'"
  }

  fileprivate mutating func append(text: String) {
    pieces[pieces.count - 1] += text
  }

  fileprivate mutating func append(parameter: PostgresParameter) {
    parameters.append(parameter)
    pieces.append("")
  }
}

extension SQL {
  /// What the compiler feeds with the pieces of an interpolated statement.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var statement = SQL(unsafe: "")

    /// Starts an empty statement.
    package init(literalCapacity: Int, interpolationCount: Int) {}

    /// Text written in the source.
    package mutating func appendLiteral(_ literal: String) {
      statement.append(text: literal)
    }

    /// A value: it becomes a placeholder.
    package mutating func appendInterpolation(_ value: some PostgresEncodable) {
      statement.append(parameter: value.postgresParameter)
    }

    /// A value or NULL: it becomes a placeholder.
    package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      statement.append(parameter: value.postgresParameter)
    }

    /// Another statement, with its values.
    package mutating func appendInterpolation(_ other: SQL) {
      statement += other
    }

    /// The name of a table, column or other object, quoted.
    package mutating func appendInterpolation(identifier: String) {
      statement.append(text: SQL.quoted(identifier: identifier))
    }

    /// A text constant, quoted; only for statements that take no parameters, such as `SET` and `CREATE ROLE`.
    package mutating func appendInterpolation(literal: String) {
      statement.append(text: SQL.quoted(literal: literal))
    }

    /// SQL text as it is; whoever writes this says in a comment why no input can be in it.
    package mutating func appendInterpolation(raw: String) {
      statement.append(text: raw)
    }
  }
}

extension SQL: CustomStringConvertible, CustomReflectable {
  /// The text with placeholders; never a value.
  package var description: String { text }

  /// The text alone: a dump shows no value.
  package var customMirror: Mirror { Mirror(self, children: ["text": text]) }
}
