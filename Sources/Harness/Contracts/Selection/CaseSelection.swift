package import RunModel

/// Which cases of a stack run; everything unless something is asked for.
///
/// Options of different kinds narrow, values of one kind widen: `--service a --service b --tag x` are the cases of
/// operations with the tag x in a or b. A workflow counts as what it calls.
package struct CaseSelection: Sendable, Hashable {
  /// Names of services.
  package var services: [String] = []
  /// Ids of operations.
  package var operations: [String] = []
  /// Ids of workflows; generated cases are left out when there are any.
  package var workflows: [String] = []
  /// Tags of operations in their OpenAPI documents.
  package var tags: [String] = []
  /// One part of all suites.
  package var shard: Shard?
  /// Cases at most; workflows are never cut, so that these may be more.
  package var maximumCases: Int?
  /// One case alone.
  package var only: CaseID?

  /// Selects everything.
  package init() {}

  /// One of several parts that together are the whole.
  package struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// From 1 to `count`.
    package let index: Int
    package let count: Int

    /// The part of a number; nil when there is no such part.
    package init?(_ index: Int, of count: Int) {
      guard count >= 1, (1...count).contains(index) else { return nil }
      self.index = index
      self.count = count
    }

    /// Reads `2/4`; nil for anything else.
    package init?(_ text: String) {
      let sides = text.split(separator: "/", omittingEmptySubsequences: false)
      guard sides.count == 2, let index = Int(sides[0]), let count = Int(sides[1]) else { return nil }
      self.init(index, of: count)
    }

    package var description: String { "\(index)/\(count)" }
  }

  /// Whether everything runs.
  package var isWhole: Bool { self == CaseSelection() }

  /// The selection as options, for reports; nil when everything runs.
  package var summary: String? {
    guard !isWhole else { return nil }
    var words = services.map { "--service \($0)" } + operations.map { "--operation \($0)" }
    words += workflows.map { "--workflow \($0)" } + tags.map { "--tag \($0)" }
    if let shard { words.append("--shard \(shard)") }
    if let maximumCases { words.append("--max-cases \(maximumCases)") }
    if let only { words.append("only \(only)") }
    return words.joined(separator: " ")
  }
}
