// Reports are attached to tickets, so no token or password may survive into them, wherever it appears: in a header, a
// body, a URL, an error text. Secrets are therefore known by value: whatever was sent or received under a name that
// says "secret" is hidden everywhere else too. Names for shell variables belong to a suite, whose course is the same in
// every run; what is hidden in logs, where the lines of all suites meet, belongs to the run.

import JSON
import Synchronization

/// The secret values that a suite has seen, with the names of the shell variables that stand for them.
final class SecretCatalog: Sendable {
  /// A stretch of text: shown, or standing for a secret.
  enum Part: Equatable {
    case text(String)
    case secret(variable: String)
  }

  private struct State {
    var variables: [String: String] = [:]
    var uses: [String: Int] = [:]
    var matcher = SecretMatcher()
  }

  /// What stands in the place of a secret.
  static let blot = "••••"
  /// Shorter values would hide ordinary words.
  private static let shortest = 6

  private let run: SecretCatalog?
  private let state = Mutex(State())

  /// Starts empty; what is learned is told to the catalogue of the whole run too.
  init(within run: SecretCatalog? = nil) { self.run = run }

  /// Learns a secret value and what it was called; short ones are not secret enough to be recognised.
  func learn(secret value: String, named name: String) {
    guard value.utf8.count >= Self.shortest else { return }
    let isNew = state.withLock { state in
      guard state.variables[value] == nil else { return false }
      let base = SecretNames.variable(name)
      let number = state.uses[base, default: 0] + 1
      state.uses[base] = number
      let variable = number == 1 ? base : "\(base)_\(number)"
      state.variables[value] = variable
      for form in SecretForms.all(of: value, variable: variable) { state.matcher.add(form) }
      return true
    }
    if isNew { run?.learn(secret: value, named: name) }
  }

  /// Learns the secrets in a JSON value, at any depth.
  func learn(_ value: JSONValue, named name: String = "") {
    switch value {
    case .string(let text): if SecretNames.isSecret(name) { learn(secret: text, named: name) }
    case .array(let values): for value in values { learn(value, named: name) }
    case .object(let object): for member in object { learn(member.value, named: member.key) }
    case .null, .bool, .number: break
    }
  }

  /// Learns the values with telling names, in the order of their names.
  func learn(_ values: [String: JSONValue]) {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) { learn(value, named: name) }
  }

  /// The text with its secrets set apart.
  func parts(of text: String, isCut: Bool = false) -> [Part] {
    let bytes = Array(text.utf8)
    let matches = state.withLock { $0.matcher.isEmpty ? [] : $0.matcher.matches(in: bytes, isCut: isCut) }
    guard !matches.isEmpty else { return text.isEmpty ? [] : [.text(text)] }
    var parts: [Part] = []
    var shown = 0
    for match in matches {
      if shown < match.range.lowerBound {
        parts.append(.text(String(decoding: bytes[shown..<match.range.lowerBound], as: UTF8.self)))
      }
      parts.append(.secret(variable: match.variable))
      shown = match.range.upperBound
    }
    if shown < bytes.count { parts.append(.text(String(decoding: bytes[shown...], as: UTF8.self))) }
    return parts
  }

  /// The text with its secrets blotted out.
  ///
  /// - Parameter isCut: whether the text ends before its end, so that it may end in the beginning of a secret.
  func redacted(_ text: String, isCut: Bool = false) -> String {
    let parts = parts(of: text, isCut: isCut)
    if parts.isEmpty || parts == [.text(text)] { return text }
    return parts.map { part in
      if case .text(let text) = part { text } else { Self.blot }
    }.joined()
  }
}
