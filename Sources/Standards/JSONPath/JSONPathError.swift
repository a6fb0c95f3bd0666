/// A query that is no JSONPath, or that is too costly to evaluate.
package struct JSONPathError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The query.
  package let query: String
  /// The offset in the query, in code points from zero.
  package let offset: Int
  /// What is wrong, as a phrase without full stop.
  package let message: String

  init(query: String, offset: Int, message: String) {
    self.query = query
    self.offset = offset
    self.message = message
  }

  /// The query, the place and what is wrong there.
  package var description: String { "\"\(query)\" at character \(offset + 1): \(message)" }
}
