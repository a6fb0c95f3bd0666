package import JSON

/// A JSONPath query (RFC 9535).
package struct JSONPathQuery: Sendable, CustomStringConvertible {
  /// The text of the query.
  package let description: String
  /// Patterns in the query that are no I-Regexp (RFC 9485); `match` and `search` are false for them, by the standard.
  package let patternWarnings: [JSONPathError]

  private let path: Path
  private let patterns: any PatternEngine

  /// Reads a query.
  ///
  /// - Parameters:
  ///   - text: The query, from its `$` on.
  ///   - patterns: What compiles the patterns of `match` and `search`.
  /// - Throws: What is wrong with the text, and where.
  package init(parsing text: String, patterns: any PatternEngine) throws(JSONPathError) {
    var parser = QueryParser(text, patterns: patterns)
    path = try parser.parse()
    description = text
    patternWarnings = parser.warnings
    self.patterns = patterns
  }

  /// The nodes that the query selects in a value, in the order of the standard; members in the order of the document.
  ///
  /// - Throws: When it takes more than ten million steps, or matching a pattern takes too long.
  package func nodes(in root: JSONValue) throws(JSONPathError) -> [JSONPathNode] {
    var evaluator = QueryEvaluator(root: root, query: description, patterns: patterns)
    return try evaluator.nodes(of: path).map { node in
      JSONPathNode(location: NormalizedPath(elements: node.trail?.elements ?? []), value: node.value)
    }
  }
}
