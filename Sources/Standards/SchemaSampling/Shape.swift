import JSON
import JSONSchema

// A value for a schema must satisfy many nodes at once: the schema, what it refers to, the parts of its `allOf`, one
// alternative each of its `anyOf` and `oneOf`. A shape is what they demand together, as far as it helps to make a value;
// what it leaves out (`not`, `if`, `contains` …) is left to validation, which has the last word anyway.

/// What a value in one place has to be like.
struct Shape {
  /// The nodes that a member or an item has to satisfy.
  typealias Nodes = [Int]

  /// Types that are left.
  var types: TypeSet = [.null, .boolean, .number, .string, .array, .object]
  /// The values that are left, when they are listed.
  var listed: [JSONValue]?
  var minimum: Bound?
  var maximum: Bound?
  var divisors: [JSONNumber] = []
  var minLength = 0
  var maxLength = Int.max
  var patterns: [String] = []
  var format: String?
  var minItems = 0
  var maxItems = Int.max
  var isUnique = false
  var prefix: [Nodes] = []
  var items: Nodes = []
  var contained: [(nodes: Nodes, count: Int)] = []
  /// Known members, in the order of the schema.
  var members: [(name: String, nodes: Nodes)] = []
  var required: [String] = []
  var patternMembers: [(source: String, node: Int)] = []
  /// Nodes for members that are not known; nil when these are not allowed.
  var additional: Nodes? = []
  var propertyNames: Nodes = []
  var minProperties = 0
  var maxProperties = Int.max
  /// Values that the schema shows.
  var shown: [JSONValue] = []
  /// Whether the service makes the value itself, so that requests leave it out (OAS 3.1.1 section 4.8.24).
  var isReadOnly = false
  /// Whether only the service knows which values mean something, such as a place in a list (`x-concord-opaque`).
  var isOpaque = false
  /// The node that states each keyword, for messages.
  var origins: [String: Int] = [:]

  /// A limit of numbers.
  struct Bound {
    var value: JSONNumber
    var isExclusive: Bool
  }

  /// Whether nothing can satisfy it.
  var isEmpty: Bool { types.isEmpty || listed?.isEmpty == true }

  /// Whether only whole numbers are left.
  var isInteger: Bool { types.contains(.integer) && !types.contains(.number) }
}

extension Shape {
  /// Demands one more keyword.
  mutating func demand(_ keyword: Keyword, of number: Int, source: JSONObject) {
    switch keyword {
    case .type(let allowed):
      narrow(to: allowed)
      origins["type"] = number
    case .constant(let value): list([value], "const", number)
    case .enumeration(let values): list(values, "enum", number)
    case .multipleOf(let divisor):
      divisors.append(divisor)
      origins["multipleOf"] = number
    case .minimum(let value): raise(Bound(value: value, isExclusive: false), "minimum", number)
    case .exclusiveMinimum(let value): raise(Bound(value: value, isExclusive: true), "exclusiveMinimum", number)
    case .maximum(let value): lower(Bound(value: value, isExclusive: false), "maximum", number)
    case .exclusiveMaximum(let value): lower(Bound(value: value, isExclusive: true), "exclusiveMaximum", number)
    case .minLength(let length): keep(max(minLength, length), in: \.minLength, "minLength", number)
    case .maxLength(let length): keep(min(maxLength, length), in: \.maxLength, "maxLength", number)
    case .pattern(let text, _):
      patterns.append(text)
      origins["pattern"] = number
    case .minItems(let count): keep(max(minItems, count), in: \.minItems, "minItems", number)
    case .maxItems(let count): keep(min(maxItems, count), in: \.maxItems, "maxItems", number)
    case .uniqueItems:
      isUnique = true
      origins["uniqueItems"] = number
    case .minProperties(let count): keep(max(minProperties, count), in: \.minProperties, "minProperties", number)
    case .maxProperties(let count): keep(min(maxProperties, count), in: \.maxProperties, "maxProperties", number)
    case .required(let names):
      required += names.filter { !required.contains($0) }
      origins["required"] = origins["required"] ?? number
    case .members(let rules): demand(rules, of: number, order: source["properties"]?.objectValue?.keys ?? [])
    case .propertyNames(let node):
      propertyNames.append(node)
      origins["propertyNames"] = number
    case .items(let first, let rest): demand(prefix: first, rest: rest)
    case .contains(let rule): contained.append(([rule.node], rule.minimum))
    case .unevaluatedProperties(let node):
      // As a rule it closes the object; where it does not, validation finds out.
      if additional != nil { additional = additional.map { $0 + [node] } }
      origins["unevaluatedProperties"] = number
    case .format, .reference, .dynamicReference, .allOf, .anyOf, .oneOf, .not, .condition, .dependentRequired,
      .dependentSchemas, .unevaluatedItems:
      break
    }
  }

  /// Takes what a schema says without demanding it.
  mutating func note(_ source: JSONObject) {
    format = format ?? source["format"]?.stringValue
    isReadOnly = isReadOnly || source["readOnly"]?.boolValue == true
    isOpaque = isOpaque || source["x-concord-opaque"]?.boolValue == true
    shown += source["examples"]?.arrayValue ?? []
    shown += [source["example"], source["default"]].compactMap { $0 }
  }

  private mutating func keep(
    _ value: Int, in place: WritableKeyPath<Shape, Int>, _ keyword: String, _ number: Int
  ) {
    if self[keyPath: place] != value || origins[keyword] == nil { origins[keyword] = number }
    self[keyPath: place] = value
  }

  private mutating func narrow(to allowed: TypeSet) {
    var left = types.intersection(allowed)
    if types.contains(.number), allowed.contains(.integer) || allowed.contains(.number) {
      left.formUnion(allowed.contains(.number) ? .number : .integer)
    }
    if types.contains(.integer), allowed.contains(.number) { left.formUnion(.integer) }
    types = left
  }

  private mutating func list(_ values: [JSONValue], _ keyword: String, _ number: Int) {
    listed = listed.map { known in known.filter(values.contains) } ?? values
    origins[keyword] = number
  }

  private mutating func raise(_ bound: Bound, _ keyword: String, _ number: Int) {
    if let minimum, minimum.value > bound.value || minimum.value == bound.value && minimum.isExclusive { return }
    minimum = bound
    origins[keyword] = number
  }

  private mutating func lower(_ bound: Bound, _ keyword: String, _ number: Int) {
    if let maximum, maximum.value < bound.value || maximum.value == bound.value && maximum.isExclusive { return }
    maximum = bound
    origins[keyword] = number
  }

  private mutating func demand(_ rules: Keyword.MemberRules, of number: Int, order: [String]) {
    for name in order {
      guard let node = rules.named[name] else { continue }
      if let index = members.firstIndex(where: { $0.name == name }) {
        members[index].nodes.append(node)
      } else {
        members.append((name, [node]))
      }
    }
    patternMembers += rules.patterns.map { ($0.source, $0.node) }
    guard let node = rules.additional else { return }
    additional = additional.map { $0 + [node] }
    origins["additionalProperties"] = number
  }

  private mutating func demand(prefix first: [Int], rest: Int?) {
    for (index, node) in first.enumerated() {
      if index < prefix.count { prefix[index].append(node) } else { prefix.append([node]) }
    }
    if let rest { items.append(rest) }
  }

  /// The nodes of a member; nil when nothing is known of one with this name.
  func nodes(ofMember name: String) -> Nodes? { members.first { $0.name == name }?.nodes }

  /// The nodes of an item.
  func nodes(ofItem index: Int) -> Nodes { index < prefix.count ? prefix[index] : items }
}
