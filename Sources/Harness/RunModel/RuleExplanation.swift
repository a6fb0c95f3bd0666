/// How a rule would be decided, and what that is expected to take, before anything large is read.
package struct RuleExplanation: Sendable, Hashable {
  /// One way to decide the rule.
  package struct Way: Sendable, Hashable {
    /// How it reads, one line per access.
    package let plan: [String]
    /// Seconds it is expected to take; an order of magnitude.
    package let seconds: Double
    /// Bytes that travel from the stores.
    package let bytes: Double
    /// Documents that Firestore bills.
    package let firestoreReads: Double
    /// Bytes that keys take in memory at once.
    package let memory: Double

    /// Describes a way.
    package init(plan: [String], seconds: Double, bytes: Double, firestoreReads: Double, memory: Double) {
      self.plan = plan
      self.seconds = seconds
      self.bytes = bytes
      self.firestoreReads = firestoreReads
      self.memory = memory
    }
  }

  package let rule: RuleDescription
  /// Rows or documents that are judged, as their store estimates them; nil when it does not tell.
  package let rows: Double?
  /// The ways there are, the chosen one first; empty when none could be found.
  package let ways: [Way]
  /// Why there is none.
  package let problem: String?

  /// Explains a rule.
  package init(rule: RuleDescription, rows: Double?, ways: [Way], problem: String? = nil) {
    self.rule = rule
    self.rows = rows
    self.ways = ways
    self.problem = problem
  }
}
