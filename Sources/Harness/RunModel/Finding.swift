package import RFC3339

/// One violation of a rule in the data, with what proves it and what to do.
package struct Finding: Sendable, Hashable {
  /// A column or field with its value, masked where the contract classifies it as personal.
  package struct Field: Sendable, Hashable {
    package let name: String
    /// Nil stands for NULL or a missing field.
    package let value: String?

    /// Names a value.
    package init(_ name: String, _ value: String?) {
      self.name = name
      self.value = value
    }
  }

  /// One read that the finding rests on.
  package struct Observation: Sendable, Hashable {
    /// What was seen: "absent", "present", "row version 1234".
    package let what: String
    package let store: String
    /// When it was seen, by the store's own clock where it tells.
    package let at: Timestamp
    /// Position in the store's history: LSN or readTime, if known.
    package let position: String?

    /// Records a read.
    package init(what: String, store: String, at: Timestamp, position: String?) {
      self.what = what
      self.store = store
      self.at = at
      self.position = position
    }
  }

  package let rule: RuleID
  package let severity: Severity
  /// Same violation, same text, in every run: rule and key, hashed.
  package let fingerprint: String
  /// Key of the offending row or document; empty when the rule judges a table as a whole.
  package let subject: [Field]
  /// The values that broke the rule: the missing key, the wrong total.
  package let values: [Field]
  /// One readable sentence.
  package let message: String
  /// Reads that prove it, in order.
  package let witness: [Observation]
  /// A query that shows it.
  package let query: String?
  package let remedy: String?
  /// Fingerprint of the ``FindingCause`` that it belongs to; its own where it is alone.
  package let cause: String
  /// Whether a baseline accepts its cause.
  package var isAccepted: Bool
  /// Requests of the run's own contract cases that wrote the row, or what it refers to, as far as their answers tell.
  package var requests: [WritingRequest] = []

  /// Records a violation.
  package init(
    rule: RuleID, severity: Severity, fingerprint: String, subject: [Field], values: [Field], message: String,
    witness: [Observation], query: String?, remedy: String?, cause: String? = nil, isAccepted: Bool = false
  ) {
    self.rule = rule
    self.severity = severity
    self.fingerprint = fingerprint
    self.subject = subject
    self.values = values
    self.message = message
    self.witness = witness
    self.query = query
    self.remedy = remedy
    self.cause = cause ?? fingerprint
    self.isAccepted = isAccepted
  }
}
