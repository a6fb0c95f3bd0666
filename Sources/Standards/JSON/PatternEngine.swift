// JSON Schema and JSONPath need regular expressions, and the engine for them is a C library. It comes in through these
// protocols, so that the standards stay free of C.

/// Compiles regular expressions of ECMA-262 with the `u` flag.
package protocol PatternEngine: Sendable {
  /// Compiles a pattern.
  ///
  /// - Throws: What is wrong with the pattern, and where.
  func compile(_ pattern: String) throws(PatternError) -> any CompiledPattern
}

/// A regular expression that is ready to match.
package protocol CompiledPattern: Sendable {
  /// Whether the pattern matches anywhere in the text; anchors are the pattern's own matter.
  ///
  /// - Throws: When matching would take more steps or memory than the engine allows.
  func firstMatch(in text: String) throws(PatternError) -> Bool
}

/// A regular expression that cannot be compiled, or that takes too long to match.
package struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The pattern.
  package let pattern: String
  /// What is wrong, as a phrase without full stop.
  package let message: String
  /// The offset in the pattern in bytes of UTF-8, when the error has a place.
  package let offset: Int?

  /// A pattern and what is wrong with it.
  package init(pattern: String, message: String, offset: Int? = nil) {
    self.pattern = pattern
    self.message = message
    self.offset = offset
  }

  /// The pattern and what is wrong with it.
  package var description: String {
    "the pattern \"\(pattern)\" \(offset.map { "is broken at offset \($0)" } ?? "failed"): \(message)"
  }
}
