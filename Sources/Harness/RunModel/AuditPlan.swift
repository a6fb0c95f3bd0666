package import YAMLSource

/// Identity of an audit rule: kebab-case, states the desired truth, stable between runs.
package struct RuleID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let text: String

  /// Names a rule; `nil` unless `text` is kebab-case (`[a-z0-9]+(-[a-z0-9]+)*`).
  package init?(_ text: String) {
    let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let isKebab = words.allSatisfy { word in
      !word.isEmpty
        && word.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
    guard isKebab else { return nil }
    self.text = text
  }

  package var description: String { text }

  package static func < (left: RuleID, right: RuleID) -> Bool { left.text < right.text }
}

/// Fields of a table or collection, or of a derived relation.
package struct DataLocation: Sendable, Hashable, CustomStringConvertible {
  package let store: String
  /// Table, collection or derived relation.
  package let object: String
  /// Columns or fields in the order of the key.
  package let fields: [String]

  /// Points at fields of a store.
  package init(store: String, object: String, fields: [String]) {
    self.store = store
    self.object = object
    self.fields = fields
  }

  package var description: String {
    fields.count == 1 ? "\(object).\(fields[0])" : "\(object).(\(fields.joined(separator: ", ")))"
  }
}

/// A rule of the data contracts, as reports show it.
package struct RuleDescription: Sendable, Hashable {
  /// What a rule states.
  package enum Kind: Sendable, Hashable {
    /// Every key of the subject exists at the referent.
    case reference(to: DataLocation)
    /// A condition within one store; carries the metric or `sql`.
    case quality(metric: String)
  }

  package let id: RuleID
  /// A sentence for people: "every order belongs to an existing user".
  package let title: String
  package let kind: Kind
  package let severity: Severity
  /// The fields that are judged.
  package let subject: DataLocation
  /// Which rows are judged, if not all.
  package let filter: String?
  /// Where the data contract states the rule.
  package let source: SourceLocation?
  /// What to do about a violation.
  package let remedy: String?

  /// Describes a rule.
  package init(
    id: RuleID, title: String, kind: Kind, severity: Severity, subject: DataLocation, filter: String?,
    source: SourceLocation?, remedy: String?
  ) {
    self.id = id
    self.title = title
    self.kind = kind
    self.severity = severity
    self.subject = subject
    self.filter = filter
    self.source = source
    self.remedy = remedy
  }
}

/// The rules of a run, announced before the first one is evaluated.
package struct AuditPlan: Sendable, Hashable {
  package let rules: [RuleDescription]

  /// Announces the rules.
  package init(rules: [RuleDescription]) {
    self.rules = rules
  }
}
