// An audit that is switched on over ten years of data finds things that nobody can mend today. A gate that is red from
// its first day teaches people to look away, and a rule that is switched off finds nothing new. So what is known is
// accepted one by one, by somebody, for a reason and for a time; only what is new, has grown or is overdue fails the
// gate, and what was mended leaves the file, so that it can only become shorter by itself.

package import RunModel
package import YAMLSource

/// Findings that are known and accepted for a time, as a file in the repository lists them.
package struct Baseline: Sendable, Hashable {
  /// One accepted cause.
  package struct Entry: Sendable, Hashable {
    package let rule: RuleID
    /// The fingerprint of the cause.
    package let fingerprint: String
    /// What is accepted, for people.
    package var what: String
    /// Rows that are accepted.
    package var rowCount: Int
    /// The measured value that is accepted, where a rule judges a table as a whole.
    package var measured: String?
    package var owner: String
    package var reason: String
    /// Last day on which it is accepted.
    package var expires: ExpiryDay
    /// Where it is written.
    package let location: SourceLocation?
  }

  /// The version of the file's format.
  package static let formatVersion = 1
  /// Most entries of one rule; beyond, accepting one by one is no longer what anybody means.
  package static let entriesPerRule = 10_000

  package var entries: [Entry]

  /// A baseline that accepts nothing, or these entries.
  package init(entries: [Entry] = []) { self.entries = entries }

  /// Entries about rules that no contract has.
  package func unknownRules(_ plan: AuditPlan) -> [Diagnostic] {
    let known = Set(plan.rules.map(\.id))
    var told: Set<RuleID> = []
    return entries.filter { !known.contains($0.rule) && told.insert($0.rule).inserted }.map { entry in
      Diagnostic(
        location: entry.location, message: "the baseline accepts findings of '\(entry.rule)', which is no rule",
        remedy: suggestion(for: entry.rule.text, among: known.map(\.text).sorted()).map { "did you mean '\($0)'?" }
          ?? "remove its entries, or run 'concord baseline update'")
    }
  }

  /// The entries of one rule, as they are looked at on a day.
  func entries(of rule: RuleID, on today: ExpiryDay) -> RuleBaseline {
    let own = entries.filter { $0.rule == rule }
    return RuleBaseline(
      entries: Dictionary(own.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first }), today: today)
  }
}

/// The accepted causes of one rule.
struct RuleBaseline: Sendable {
  /// By fingerprint.
  var entries: [String: Baseline.Entry] = [:]
  var today = ExpiryDay.distantPast

  /// Rows that a sample must have room for besides the new ones, so that new ones cannot hide behind those accepted.
  var room: Int {
    let rows = entries.values.reduce(0) { $0 + min($1.rowCount, Baseline.entriesPerRule) }
    return min(Baseline.entriesPerRule, max(entries.count, rows))
  }

  /// How a cause stands; `isWorse` compares what is measured now with what was accepted.
  func standing(
    of fingerprint: String, rowCount: Int, isWorse: (_ accepted: String) -> Bool = { _ in false }
  ) -> FindingCause.Standing {
    guard let entry = entries[fingerprint] else { return .new }
    let acceptance = Acceptance(
      rowCount: entry.rowCount, owner: entry.owner, reason: entry.reason, expires: entry.expires.text)
    if entry.expires < today { return .expired(acceptance) }
    let hasGrown = entry.measured.map(isWorse) ?? (rowCount > entry.rowCount)
    return hasGrown ? .grown(acceptance) : .accepted(acceptance)
  }

  /// Whether a cause is accepted as it is.
  func accepts(_ fingerprint: String, rowCount: Int) -> Bool {
    if case .accepted = standing(of: fingerprint, rowCount: rowCount) { true } else { false }
  }

  /// The entries whose cause was not seen, in order.
  func settled(unlessIn seen: Set<String>) -> [SettledEntry] {
    entries.values.filter { !seen.contains($0.fingerprint) }.sorted {
      ($0.what, $0.fingerprint) < ($1.what, $1.fingerprint)
    }
    .map { SettledEntry(fingerprint: $0.fingerprint, what: $0.what) }
  }
}
