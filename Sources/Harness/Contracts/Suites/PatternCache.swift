import ECMARegex
import JSON
import Synchronization

/// Compiles each regular expression once, however often and from however many tasks it is used.
final class PatternCache: PatternEngine {
  private let engine = ECMAPatternEngine()
  private let compiled = Mutex<[String: any CompiledPattern]>([:])

  /// A query may take patterns from data, so there could be more of them than anyone wrote.
  private static let limit = 10_000

  func compile(_ pattern: String) throws(PatternError) -> any CompiledPattern {
    if let known = compiled.withLock({ $0[pattern] }) { return known }
    let new = try engine.compile(pattern)
    compiled.withLock { if $0.count < Self.limit { $0[pattern] = new } }
    return new
  }
}
