package import RunModel

/// A baseline brought up to date with what an audit found.
package struct BaselineUpdate: Sendable {
  /// What somebody says for everything that is accepted anew.
  package struct Terms: Sendable {
    let owner: String
    let reason: String
    let expires: ExpiryDay

    /// Terms for new entries, and for those that have grown or are overdue.
    package init(owner: String, reason: String, expires: ExpiryDay) {
      self.owner = owner
      self.reason = reason
      self.expires = expires
    }
  }

  /// The baseline as it should be from now on.
  package private(set) var baseline = Baseline()
  /// Causes that are accepted for the first time.
  package private(set) var added = 0
  /// Entries that have grown or were overdue, and are accepted again.
  package private(set) var renewed = 0
  /// Entries that accept fewer rows than before.
  package private(set) var reduced = 0
  /// Entries whose finding is gone, or whose rule is.
  package private(set) var removed = 0
  /// Causes that are not accepted, because there are no terms.
  package private(set) var refused = 0

  /// Compares a baseline with a record of a complete audit that was run with it.
  ///
  /// Without terms nothing is accepted: entries are only removed and reduced. Violations below the gate need no
  /// entry, and get none. An entry stays whose cause is neither there nor known to be gone, such as one that is suspect.
  package init(of old: Baseline, after record: RunRecord, terms: Terms?) {
    var entries = Dictionary(grouping: old.entries, by: \.rule).mapValues { own in
      Dictionary(own.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    }
    for result in record.rules {
      var own = entries.removeValue(forKey: result.rule) ?? [:]
      let isSevere = record.isGating(record.description(of: result.rule)?.severity ?? .error)
      for cause in result.causes {
        let entry = own.removeValue(forKey: cause.fingerprint)
        if entry != nil || isSevere { take(cause, of: result.rule, entry, terms) }
      }
      for settled in result.settled where own.removeValue(forKey: settled.fingerprint) != nil { removed += 1 }
      baseline.entries += own.values
    }
    removed += entries.values.reduce(0) { $0 + $1.count }
  }

  private mutating func take(_ cause: FindingCause, of rule: RuleID, _ old: Baseline.Entry?, _ terms: Terms?) {
    if var entry = old, cause.isAccepted || terms == nil {
      // What is there no more is accepted no more.
      if cause.isAccepted, cause.rowCount < entry.rowCount || cause.measured != entry.measured { reduced += 1 }
      if cause.isAccepted {
        entry.rowCount = cause.rowCount
        entry.measured = cause.measured
      } else {
        refused += 1
      }
      return baseline.entries.append(entry)
    }
    guard let terms else {
      refused += 1
      return
    }
    if old == nil { added += 1 } else { renewed += 1 }
    baseline.entries.append(
      Baseline.Entry(
        rule: rule, fingerprint: cause.fingerprint, what: cause.name, rowCount: cause.rowCount,
        measured: cause.measured, owner: terms.owner, reason: terms.reason, expires: terms.expires, location: nil))
  }
}

extension FindingCause {
  /// The key in words: `product_id 4711`.
  package var name: String {
    if let measured, key.isEmpty { return "measured \(measured)" }
    return key.map { "\($0.name) \($0.value ?? "NULL")" }.joined(separator: ", ")
  }
}
