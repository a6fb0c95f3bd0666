package import JSON

/// Reads one mapping strictly and reports everything that is wrong with it at once.
///
/// Ask for each key that the mapping may have, then call `finish()`: what was not asked for is an unknown key, reported
/// with the nearest known one. A wrong type is reported with what was found instead. A method that returns `nil` for a
/// present but wrong value has already reported it, so callers only decide how to go on.
package struct MappingReader {
  /// What the mapping is, for messages: "a step", "the response".
  package let what: String
  /// Where the mapping starts.
  package let location: SourceLocation
  /// Whether there is a mapping to read; if not, that was reported and every key is absent.
  package let isMapping: Bool

  private let entries: [SourceNode.Entry]
  private let sink: DiagnosticSink
  private let extensionPrefix: String?
  private var known: [String] = []

  /// Starts reading; a node that is no mapping is reported here.
  ///
  /// - Parameter allowExtensions: the prefix of keys that need no asking for, such as `x-`.
  package init(
    _ node: SourceNode, what: String, into sink: DiagnosticSink, allowExtensions: String? = nil
  ) {
    self.what = what
    self.location = node.location
    self.sink = sink
    self.extensionPrefix = allowExtensions
    if let entries = node.entries {
      self.entries = entries
      self.isMapping = true
    } else {
      self.entries = []
      self.isMapping = false
      sink.error("\(what) must be a mapping, found \(node.found)", at: node.location)
    }
  }

  // MARK: Nodes

  /// The value of a key that must be there; its absence is reported.
  package mutating func required(_ key: String) -> SourceNode? {
    known.append(key)
    guard isMapping else { return nil }
    if let entry = entries.first(where: { $0.key == key }) { return entry.value }
    sink.error("\(what) lacks '\(key)'", at: location, remedy: misspelling(of: key))
    return nil
  }

  /// The value of a key that may be there.
  package mutating func optional(_ key: String) -> SourceNode? {
    known.append(key)
    return entries.first { $0.key == key }?.value
  }

  /// Where a key stands, else where the mapping starts.
  package func keyLocation(_ key: String) -> SourceLocation {
    entries.first { $0.key == key }?.keyLocation ?? location
  }

  /// Whether a key is there.
  package func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

  /// The members whose keys start with the extension prefix, as JSON.
  package var extensions: [String: JSONValue] {
    guard let extensionPrefix else { return [:] }
    var found: [String: JSONValue] = [:]
    for entry in entries where entry.key.hasPrefix(extensionPrefix) { found[entry.key] = entry.value.json }
    return found
  }

  // MARK: Scalars

  /// A string that must be there.
  package mutating func requiredString(_ key: String) -> String? { required(key).flatMap { text($0, key) } }

  /// A string that may be there.
  package mutating func string(_ key: String) -> String? { optional(key).flatMap { text($0, key) } }

  /// An integer that may be there, within a range.
  package mutating func int(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
    guard let node = optional(key) else { return nil }
    guard let value = node.json.intValue else { return wrong(node, key, expected: "an integer") }
    guard range.contains(value) else {
      sink.error("'\(key)' of \(what) must be \(Self.words(for: range)), found \(value)", at: node.location)
      return nil
    }
    return value
  }

  /// A number that may be there.
  package mutating func number(_ key: String) -> JSONNumber? {
    guard let node = optional(key) else { return nil }
    guard case .number(let value) = node.json else { return wrong(node, key, expected: "a number") }
    return value
  }

  /// A boolean that may be there.
  package mutating func bool(_ key: String) -> Bool? {
    guard let node = optional(key) else { return nil }
    guard let value = node.json.boolValue else {
      return wrong(node, key, expected: "true or false")
    }
    return value
  }

  /// A duration that may be there: a number and one of `ms`, `s`, `m`, `h`, `d`, such as `250ms`.
  package mutating func duration(_ key: String) -> Duration? {
    guard let node = optional(key) else { return nil }
    guard let text = node.string, let value = Duration(text) else {
      sink.error(
        "'\(key)' of \(what) must be a duration, found \(node.found)", at: node.location,
        remedy: "write a whole number and a unit: 250ms, 10s, 5m, 1h or 30d")
      return nil
    }
    return value
  }

  /// One of several words that may be there; another word is reported with the nearest.
  package mutating func choice(_ key: String, among choices: [String]) -> String? {
    guard let node = optional(key) else { return nil }
    return choice(node, key, among: choices)
  }

  /// One of several words that must be there.
  package mutating func requiredChoice(_ key: String, among choices: [String]) -> String? {
    required(key).flatMap { choice($0, key, among: choices) }
  }

  /// A case of an enumeration, by its raw value, that may be there.
  package mutating func choice<Value: RawRepresentable & CaseIterable>(_ key: String, of type: Value.Type) -> Value?
  where Value.RawValue == String {
    choice(key, among: Value.allCases.map(\.rawValue)).flatMap(Value.init(rawValue:))
  }

  /// A case of an enumeration, by its raw value, that must be there.
  package mutating func requiredChoice<Value: RawRepresentable & CaseIterable>(
    _ key: String, of type: Value.Type
  ) -> Value? where Value.RawValue == String {
    requiredChoice(key, among: Value.allCases.map(\.rawValue)).flatMap(Value.init(rawValue:))
  }

  // MARK: Collections

  /// The elements of a list that may be there; absent and wrong are empty.
  package mutating func list(_ key: String) -> [SourceNode] {
    guard let node = optional(key) else { return [] }
    return elements(node, key)
  }

  /// The elements of a list that must be there.
  package mutating func requiredList(_ key: String) -> [SourceNode] {
    guard let node = required(key) else { return [] }
    return elements(node, key)
  }

  /// The strings of a list that may be there; an element of another type is reported and left out.
  package mutating func strings(_ key: String) -> [String] {
    list(key).compactMap { element in
      if let text = element.string { return text }
      sink.error("each element of '\(key)' of \(what) must be a string, found \(element.found)", at: element.location)
      return nil
    }
  }

  /// The members of a mapping that may be there; absent and wrong are empty.
  package mutating func members(_ key: String) -> [SourceNode.Entry] {
    guard let node = optional(key) else { return [] }
    guard let entries = node.entries else {
      sink.error("'\(key)' of \(what) must be a mapping, found \(node.found)", at: node.location)
      return []
    }
    return entries
  }

  // MARK: The end

  /// Reports every key that was not asked for.
  package func finish() {
    guard isMapping else { return }
    for entry in entries where !known.contains(entry.key) {
      if let extensionPrefix, entry.key.hasPrefix(extensionPrefix) { continue }
      let unused = known.filter { name in !has(name) }
      // `{note: this, and that}`: the comma ends the value, and the rest becomes a key without one.
      let isSplitText = entry.key.contains(" ") && entry.value.isNull
      sink.error(
        "\(what) has an unknown key '\(entry.key)'", at: entry.keyLocation,
        remedy: isSplitText
          ? "a comma in {…} begins a new key: put text with commas in quotes" : remedy(for: entry.key, among: unused))
    }
  }

  // MARK: Parts

  private func text(_ node: SourceNode, _ key: String) -> String? {
    if let text = node.string { return text }
    if case .scalar(let text, _) = node.content, !node.isNull {
      sink.error(
        "'\(key)' of \(what) must be a string, found \(node.found)", at: node.location,
        remedy: "put it in quotes: \"\(text)\"")
      return nil
    }
    return wrong(node, key, expected: "a string")
  }

  private func choice(_ node: SourceNode, _ key: String, among choices: [String]) -> String? {
    guard let text = text(node, key) else { return nil }
    if choices.contains(text) { return text }
    sink.error(
      "'\(key)' of \(what) cannot be '\(text)'", at: node.location,
      remedy: remedy(for: text, among: choices))
    return nil
  }

  private func elements(_ node: SourceNode, _ key: String) -> [SourceNode] {
    if let elements = node.elements { return elements }
    sink.error("'\(key)' of \(what) must be a list, found \(node.found)", at: node.location)
    return []
  }

  private func wrong<Value>(_ node: SourceNode, _ key: String, expected: String) -> Value? {
    sink.error("'\(key)' of \(what) must be \(expected), found \(node.found)", at: node.location)
    return nil
  }

  /// A present, unknown key that looks like the missing one, so that both messages point at each other.
  private func misspelling(of key: String) -> String? {
    let near = suggestion(for: key, among: entries.map(\.key).filter { !known.contains($0) })
    return near.map { "'\($0)' on line \(keyLocation($0).line) may be meant as '\(key)'" }
  }

  private static func words(for range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (let low, Int.max): "at least \(low)"
    case (Int.min, let high): "at most \(high)"
    case (let low, let high): "between \(low) and \(high)"
    }
  }
}
