package import RunModel

/// Keeps what an audit knows of a rule until the next one.
package protocol StateKeeper: Sendable {
  /// What was kept; nil when there is nothing.
  func state(of rule: RuleID) -> [UInt8]?
  /// Replaces what is kept.
  func keep(_ state: [UInt8], of rule: RuleID)
}

/// Which audits may build on the one before.
package struct IncrementalState: Sendable {
  let keeper: any StateKeeper
  /// Stores that are the same in the next run: all that this run did not make for itself.
  let lasting: Set<String>
  /// Whether everything is to be read, whatever is kept.
  let isFullSweep: Bool

  /// Describes what is kept, and whether it is to be used.
  package init(keeper: any StateKeeper, lasting: Set<String>, isFullSweep: Bool = false) {
    self.keeper = keeper
    self.lasting = lasting
    self.isFullSweep = isFullSweep
  }

  /// How long after a full sweep the next is due: what no certificate can see is found then at the latest.
  static let longest = Duration.seconds(7 * 86_400)
}
