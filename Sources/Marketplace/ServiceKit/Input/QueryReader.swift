package import RFC3339

/// Reads query parameters one by one and notes every violation instead of stopping at the first.
package final class QueryReader {
  private var values: [String: String] = [:]
  private var known: Set<String> = []
  private let violations: ViolationList

  init(_ query: String, violations: ViolationList) {
    self.violations = violations
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decodeFormValue(parts[0]),
        let value = PercentEncoding.decodeFormValue(parts.count > 1 ? parts[1] : "")
      else {
        violations.add(.parameter(String(parts[0].prefix(80))), "is not percent-encoded UTF-8")
        continue
      }
      if values.updateValue(value, forKey: name) != nil {
        violations.add(.parameter(name), "must be given once")
      }
    }
  }

  /// Notes that a parameter breaks a rule the readers do not know.
  package func violation(_ name: String, _ detail: String) {
    violations.add(.parameter(name), detail)
  }

  func reportUnknownParameters() {
    for name in values.keys.sorted() where !known.contains(name) {
      violation(name, "is not a parameter of this operation")
    }
  }

  private func value(_ name: String) -> String? {
    known.insert(name)
    return values[name]
  }

  /// A required string of so many code points that keeps the rule.
  package func string(_ name: String, length: ClosedRange<Int> = 1...255, rule: StringRule? = nil) -> String {
    if values[name] == nil { violation(name, "is required") }
    return optionalString(name, length: length, rule: rule) ?? ""
  }

  /// A string of so many code points that keeps the rule; nil when absent.
  package func optionalString(
    _ name: String, length: ClosedRange<Int> = 1...255, rule: StringRule? = nil
  ) -> String? {
    guard let text = value(name) else { return nil }
    guard let problem = StringRule.violation(of: text, length: length, rule: rule) else { return text }
    violation(name, problem)
    return nil
  }

  /// A required integer within the range.
  package func integer(_ name: String, in range: ClosedRange<Int>) -> Int {
    if values[name] == nil { violation(name, "is required") }
    return optionalInteger(name, in: range) ?? range.lowerBound
  }

  /// An integer within the range; nil when absent.
  package func optionalInteger(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = value(name) else { return nil }
    guard let integer = Int(text), "\(integer)" == text, range.contains(integer) else {
      violation(name, "must be an integer from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return integer
  }

  /// "true" or "false"; nil when absent.
  package func optionalBoolean(_ name: String) -> Bool? {
    guard let text = value(name) else { return nil }
    if let boolean = Bool(text) { return boolean }
    violation(name, "must be true or false")
    return nil
  }

  /// An amount with two decimals within the range; nil when absent.
  package func optionalMoney(_ name: String, in range: ClosedRange<Money> = .zero ... .maximum) -> Money? {
    guard let text = value(name) else { return nil }
    guard let amount = Money(text), range.contains(amount) else {
      violation(name, "must be an amount from \(range.lowerBound) to \(range.upperBound), such as 12.30")
      return nil
    }
    return amount
  }

  /// One of the cases; nil when absent.
  package func optionalChoice<E: CaseIterable & RawRepresentable<String>>(_ name: String, _ type: E.Type) -> E? {
    guard let text = value(name) else { return nil }
    if let choice = E(rawValue: text) { return choice }
    violation(name, "must be one of \(E.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  /// An instant in the form of RFC 3339; nil when absent.
  package func optionalTimestamp(_ name: String) -> Timestamp? {
    guard let text = value(name) else { return nil }
    if let instant = Timestamp(rfc3339: text) { return instant }
    violation(name, "must be an RFC 3339 time, such as 2026-11-24T02:22:35Z")
    return nil
  }

  /// The parameters `limit` and `cursor` of a list.
  package func paging(default standard: Int = 20, maximum: Int = 100) -> Paging {
    let limit = optionalInteger("limit", in: 1...maximum) ?? standard
    guard let text = value("cursor") else { return Paging(limit: limit) }
    let cursor = Cursor(text: text)
    if cursor == nil { violation("cursor", "must be a next_cursor that this list returned") }
    return Paging(limit: limit, cursor: cursor)
  }
}
