package import JSON
import RFC3339
import RunModel

/// When what audits have found was seen for the first time.
///
/// It is worth nothing but time: without it everything is seen for the first time.
package struct AuditHistory: Sendable, Hashable {
  /// The version of the format.
  private static let version = 1
  /// Most causes that are remembered of one rule.
  static let causesPerRule = 10_000

  /// The stack and dataset that it is about.
  package let subject: String
  private(set) var rules: [RuleID: [String: Timestamp]] = [:]

  /// A history that remembers nothing.
  package init(of subject: String) { self.subject = subject }

  /// Reads a history; nil for what is none, or is about another stack.
  package init?(_ json: JSONValue, of subject: String) {
    guard json["format"] == "concord-audit-history", json["version"]?.intValue == Self.version,
      json["subject"]?.stringValue == subject, let rules = json["rules"]?.objectValue
    else { return nil }
    self.subject = subject
    for rule in rules {
      guard let id = RuleID(rule.key), let causes = rule.value.objectValue else { return nil }
      for cause in causes.prefix(Self.causesPerRule) {
        guard let since = cause.value.stringValue.flatMap({ Timestamp(rfc3339: $0) }) else { return nil }
        self.rules[id, default: [:]][cause.key] = since
      }
    }
  }

  /// The history as a file holds it.
  package var json: JSONValue {
    let rules = self.rules.sorted { $0.key < $1.key }.map { rule, causes in
      let members = causes.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value.rfc3339)) }
      return (rule.text, JSONValue.object(JSONObject(members)))
    }
    return [
      "format": "concord-audit-history", "version": .number(JSONNumber(Self.version)), "subject": .string(subject),
      "rules": .object(JSONObject(rules)),
    ]
  }

  /// What is known of a rule, as it is looked at now.
  func rule(_ id: RuleID, at now: Timestamp) -> RuleHistory { RuleHistory(seen: rules[id] ?? [:], now: now) }

  /// Remembers what a rule shows now, and forgets what it shows no more.
  mutating func remember(_ causes: [String: Timestamp], of rule: RuleID) {
    rules[rule] = causes.isEmpty ? nil : causes
  }

  /// Forgets rules that there are no more.
  mutating func keep(only ids: Set<RuleID>) { rules = rules.filter { ids.contains($0.key) } }
}

/// What is known of the causes of one rule.
struct RuleHistory: Sendable {
  var seen: [String: Timestamp] = [:]
  var now = Timestamp(seconds: 0)

  /// When a cause was seen first; now, if it never was.
  func firstSeen(_ fingerprint: String) -> Timestamp { min(now, seen[fingerprint] ?? now) }
}
