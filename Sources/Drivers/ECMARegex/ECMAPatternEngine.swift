package import JSON

// PCRE2 because Swift's Regex has no lookbehind, matches by graphemes and took minutes where PCRE2 stops by its limit
// in milliseconds. The pattern is translated first (PatternTranslator): the two languages look alike and differ in what
// `\s`, `.`, `\v` and a dozen other things mean.

/// Regular expressions of ECMA-262 with the `u` flag, matched by PCRE2.
///
/// Lenient in one point: a backslash before ASCII punctuation is accepted also where the `u` flag wants none (`\-`,
/// `\@`), because it can only mean that character. Strict in one point: a lookbehind must have a fixed length.
package struct ECMAPatternEngine: PatternEngine {
  private let matchLimit: UInt32

  /// Kibibytes of memory that one match may use.
  private static let heapLimit: UInt32 = 16 * 1024

  /// Bytes that a pattern may have.
  private static let maximumPatternBytes = 64 * 1024

  /// An engine that gives up on a match after so many steps; a million take about 15 ms.
  package init(matchLimit: UInt32 = 1_000_000) { self.matchLimit = matchLimit }

  /// Compiles a pattern, to machine code where the processor has a JIT compiler.
  ///
  /// - Throws: What is wrong with the pattern, and where, in bytes of UTF-8.
  package func compile(_ pattern: String) throws(PatternError) -> any CompiledPattern {
    guard pattern.utf8.count <= Self.maximumPatternBytes else {
      throw PatternError(pattern: pattern, message: "it is longer than \(Self.maximumPatternBytes) bytes")
    }
    var translator = PatternTranslator(pattern)
    return try PCRE2Pattern(
      pattern, translation: translator.translate(), matchLimit: matchLimit, heapLimit: Self.heapLimit)
  }
}
