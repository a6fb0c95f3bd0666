import JSON

/// Evaluates a query on one value (RFC 9535 sections 2.2 to 2.5).
struct QueryEvaluator {
  /// A node on the way; places are linked to their parents and written out for the result only.
  struct Node {
    let value: JSONValue
    let trail: Trail?
  }

  /// The last step to a node, and the way before it.
  final class Trail {
    private let parent: Trail?
    private let element: NormalizedPath.Element

    init(_ parent: Trail?, _ element: NormalizedPath.Element) {
      self.parent = parent
      self.element = element
    }

    var elements: [NormalizedPath.Element] {
      var elements = [element]
      var link = parent
      while let current = link {
        elements.append(current.element)
        link = current.parent
      }
      return elements.reversed()
    }
  }

  /// How many nodes may be looked at or selected in one evaluation: `$..[*]..[*]` can select more than there is memory.
  private static let maximumSteps = 10_000_000

  let root: JSONValue
  private let query: String
  private let patterns: any PatternEngine
  private var steps = 0
  /// Patterns from the document that were compiled already; nil for what is no I-Regexp.
  private var compiled: [String: (any CompiledPattern)?] = [:]

  init(root: JSONValue, query: String, patterns: any PatternEngine) {
    self.root = root
    self.query = query
    self.patterns = patterns
  }

  mutating func nodes(of path: Path) throws(JSONPathError) -> [Node] {
    try nodes(of: path, from: root, tracking: true)
  }

  /// The nodes of a query; `tracking` tells whether their places are needed.
  mutating func nodes(of path: Path, from start: JSONValue, tracking: Bool) throws(JSONPathError) -> [Node] {
    var nodes = [Node(value: start, trail: nil)]
    for segment in path.segments {
      var selected: [Node] = []
      for node in nodes { try apply(segment, to: node, tracking, &selected) }
      nodes = selected
    }
    return nodes
  }

  private mutating func apply(
    _ segment: Segment, to node: Node, _ tracking: Bool, _ selected: inout [Node]
  ) throws(JSONPathError) {
    try step()
    for selector in segment.selectors { try apply(selector, to: node, tracking, &selected) }
    guard segment.isDescendant else { return }
    switch node.value {
    case .array(let values):
      for (index, value) in values.enumerated() {
        try apply(segment, to: child(value, of: node, .index(index), tracking), tracking, &selected)
      }
    case .object(let object):
      for member in object {
        try apply(segment, to: child(member.value, of: node, .name(member.key), tracking), tracking, &selected)
      }
    default: break
    }
  }

  private mutating func apply(
    _ selector: Selector, to node: Node, _ tracking: Bool, _ selected: inout [Node]
  ) throws(JSONPathError) {
    switch (selector, node.value) {
    case (.name(let name), .object(let object)):
      guard let value = object[name] else { return }
      try select(child(value, of: node, .name(name), tracking), &selected)
    case (.index(let index), .array(let values)):
      let position = index < 0 ? values.count + index : index
      guard values.indices.contains(position) else { return }
      try select(child(values[position], of: node, .index(position), tracking), &selected)
    case (.slice(let start, let end, let step), .array(let values)):
      for position in Self.positions(start, end, step, count: values.count) {
        try select(child(values[position], of: node, .index(position), tracking), &selected)
      }
    case (.wildcard, .array(let values)):
      for (position, value) in values.enumerated() {
        try select(child(value, of: node, .index(position), tracking), &selected)
      }
    case (.wildcard, .object(let object)):
      for member in object { try select(child(member.value, of: node, .name(member.key), tracking), &selected) }
    case (.filter(let condition), .array(let values)):
      for (position, value) in values.enumerated() where try holds(condition, value) {
        try select(child(value, of: node, .index(position), tracking), &selected)
      }
    case (.filter(let condition), .object(let object)):
      for member in object where try holds(condition, member.value) {
        try select(child(member.value, of: node, .name(member.key), tracking), &selected)
      }
    default: break
    }
  }

  private mutating func select(_ node: Node, _ selected: inout [Node]) throws(JSONPathError) {
    try step()
    selected.append(node)
  }

  private func child(
    _ value: JSONValue, of parent: Node, _ element: @autoclosure () -> NormalizedPath.Element, _ tracking: Bool
  ) -> Node {
    Node(value: value, trail: tracking ? Trail(parent.trail, element()) : nil)
  }

  /// The positions of a slice (section 2.3.4.2.2).
  private static func positions(_ start: Int?, _ end: Int?, _ step: Int, count: Int) -> StrideTo<Int> {
    func normalized(_ position: Int) -> Int { position >= 0 ? position : count + position }
    if step > 0 {
      let lower = min(max(normalized(start ?? 0), 0), count)
      let upper = min(max(normalized(end ?? count), 0), count)
      return stride(from: lower, to: upper, by: step)
    }
    if step < 0 {
      let upper = min(max(normalized(start ?? count - 1), -1), count - 1)
      let lower = min(max(end.map(normalized) ?? -1, -1), count - 1)
      return stride(from: upper, to: lower, by: step)
    }
    return stride(from: 0, to: 0, by: 1)
  }

  // MARK: Bounds and patterns

  private mutating func step() throws(JSONPathError) {
    steps += 1
    guard steps <= Self.maximumSteps else {
      throw failure("the query takes more than \(Self.maximumSteps) steps on this document; make it more specific")
    }
  }

  /// Whether a text matches a pattern of the document; false when it is no I-Regexp (section 2.4.6).
  mutating func matches(_ text: String, _ pattern: String, isWhole: Bool) throws(JSONPathError) -> Bool {
    let key = (isWhole ? "=" : "~") + pattern
    let regexp: (any CompiledPattern)?
    if let known = compiled[key] {
      regexp = known
    } else {
      try step()
      regexp = try? IRegexp.compile(pattern, isWhole: isWhole, by: patterns)
      compiled[key] = .some(regexp)
    }
    return try regexp.map { (regexp) throws(JSONPathError) in try matches(text, regexp) } ?? false
  }

  func matches(_ text: String, _ pattern: any CompiledPattern) throws(JSONPathError) -> Bool {
    do {
      return try pattern.firstMatch(in: text)
    } catch {
      throw failure(error.description)
    }
  }

  private func failure(_ message: String) -> JSONPathError { JSONPathError(query: query, offset: 0, message: message) }
}
