import JSON
import RunModel

extension CheckFailure {
  /// The part of the exchange that broke the promise, in words.
  var place: String {
    switch subject {
    case .status: "status"
    case .header(let name): "header \(name)"
    case .body(let pointer): pointer.description.isEmpty ? "body" : "body \(pointer)"
    case .exchange: "exchange"
    case .criterion: "criterion"
    }
  }

  /// The message without the criterion that it begins with, since reports show that beside it.
  var statement: String {
    guard case .criterion(let text) = subject, message.hasPrefix("\(text): ") else { return message }
    return String(message.dropFirst(text.count + 2))
  }

  /// What was promised; for a criterion at least its own text.
  var promise: String? {
    if let expected { return expected }
    guard case .criterion(let text) = subject else { return nil }
    return text
  }
}

extension Finding {
  /// What was found: the message, or the offending values where the message says no more than the rule's title.
  func statement(under rule: RuleDescription) -> String {
    guard message == rule.title, !values.isEmpty else { return message }
    return values.map(\.assignment).joined(separator: " ")
  }

  /// The key of the row on one line; empty when the rule judges a table as a whole.
  var key: String { subject.map(\.assignment).joined(separator: " ") }
}

extension Finding.Field {
  /// Name and value: `id=7`, `expires_at=NULL`.
  var assignment: String { "\(name)=\(value?.onOneLine.shortened(to: 80) ?? "NULL")" }
}

extension Finding.Observation {
  /// When, where and what on one line.
  var line: String { "\(at)  \(store)  \(what)\(position.map { " at \($0)" } ?? "")" }
}
