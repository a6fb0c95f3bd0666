import JSON
import JSONSchema

/// Makes values of a shape, down to a depth; whether they are valid is for others to prove.
struct ValueBuilder {
  /// How much of what is optional is there.
  enum Extent: Sendable {
    case simplest, fullest
    case random(share: Double)
  }

  let schema: Schema
  let reader: ShapeReader
  let texts: TextBuilder
  var extent: Extent
  /// Members and items that may still be made without being required, so that recursive schemas stay small.
  var budget = 250
  var generator: any RandomNumberGenerator

  /// Objects and arrays in each other, beyond which only what is required is made, and then nothing.
  private static let comfortableDepth = 5, maximumDepth = 12

  /// A value that satisfies some nodes, nil when none is found.
  mutating func value(for nodes: [Int], depth: Int = 0) -> JSONValue? {
    guard depth <= Self.maximumDepth else { return nil }
    var shapes = reader.shapes(of: nodes)
    if case .random = extent { shapes.shuffle(using: &generator) }
    // An alternative may turn out to be impossible; more than a few are not tried.
    for shape in shapes.prefix(8) {
      if let value = value(of: shape, depth: depth), nodes.allSatisfy({ schema.isValid(value, at: $0) }) {
        return value
      }
    }
    return nil
  }

  /// A value of a shape.
  mutating func value(of shape: Shape, depth: Int) -> JSONValue? {
    if let listed = shape.listed {
      if isRandom { return listed.randomElement(using: &generator) }
      return shape.shown.first(where: listed.contains) ?? listed.first
    }
    if !isRandom || chance(0.1) {
      let fitting = shape.shown.first { shape.types.allows($0) && !isContainer($0) }
      if let fitting { return fitting }
    }
    return switch type(of: shape) {
    case .object: object(of: shape, depth: depth)
    case .array: array(of: shape, depth: depth)
    case .string: texts.text(for: shape, isRandom: isRandom, using: &generator).map { .string($0) }
    case .number, .integer: NumberRange(shape).number(isRandom: isRandom, using: &generator).map { .number($0) }
    case .boolean: .bool(isRandom ? chance(0.5) : true)
    default: .null
    }
  }

  private var isRandom: Bool { if case .random = extent { true } else { false } }

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

  private func isContainer(_ value: JSONValue) -> Bool { value.objectValue != nil || value.arrayValue != nil }

  /// The type to make: that which says most, or any.
  private mutating func type(of shape: Shape) -> TypeSet {
    let order: [TypeSet] = [.object, .array, .string, .integer, .number, .boolean, .null]
    let left = order.filter { shape.types.contains($0) }
    if isRandom { return left.randomElement(using: &generator) ?? .null }
    // Of everything, what the other keywords are about.
    if left.count > 3 {
      if !shape.members.isEmpty || !shape.required.isEmpty { return .object }
      if !shape.items.isEmpty || !shape.prefix.isEmpty || shape.minItems > 0 { return .array }
      if shape.minimum != nil || shape.maximum != nil || !shape.divisors.isEmpty { return .number }
      return .string
    }
    return left.first ?? .null
  }

  // MARK: Objects

  private mutating func object(of shape: Shape, depth: Int) -> JSONValue? {
    var object = JSONObject()
    for (name, nodes) in shape.members {
      let isRequired = shape.required.contains(name)
      guard isRequired || wants(atDepth: depth), object.count < shape.maxProperties || isRequired else { continue }
      if isLeftOut(nodes, isRequired: isRequired) { continue }
      if let value = value(for: nodes, depth: depth + 1) {
        object[name] = value
      } else if isRequired {
        return nil
      }
    }
    for name in shape.required where object[name] == nil && shape.nodes(ofMember: name) == nil {
      guard let value = value(for: nodes(ofUnknown: name, shape), depth: depth + 1) else { return nil }
      object[name] = value
    }
    return fill(object, of: shape, depth: depth).map { .object($0) }
  }

  /// Adds members until there are enough of them.
  private mutating func fill(_ object: JSONObject, of shape: Shape, depth: Int) -> JSONObject? {
    var object = object
    for (name, nodes) in shape.members where object.count < shape.minProperties && object[name] == nil {
      if isLeftOut(nodes, isRequired: false) { continue }
      if let value = value(for: nodes, depth: depth + 1) { object[name] = value }
    }
    var number = 1
    while object.count < shape.minProperties, number <= shape.minProperties + 8 {
      var name: String? = "member\(number)"
      if !shape.propertyNames.isEmpty {
        var names = self
        names.extent = .random(share: 0.5)
        name = names.value(for: shape.propertyNames, depth: depth + 1)?.stringValue
      }
      number += 1
      guard let name, object[name] == nil, let value = value(for: nodes(ofUnknown: name, shape), depth: depth + 1)
      else { continue }
      object[name] = value
    }
    return object
  }

  private func nodes(ofUnknown name: String, _ shape: Shape) -> [Int] {
    shape.patternMembers.filter { texts.matches(name, $0.source) }.map(\.node) + (shape.additional ?? [])
  }

  /// Whether a request does not have the member: the service makes its value, or knows alone which ones there are.
  private func isLeftOut(_ nodes: [Int], isRequired: Bool) -> Bool {
    guard let shape = reader.shapes(of: nodes).first else { return false }
    return shape.isReadOnly || shape.isOpaque && !isRequired
  }

  private mutating func wants(atDepth depth: Int) -> Bool {
    guard budget > 0, depth < Self.comfortableDepth else { return false }
    budget -= 1
    return switch extent {
    case .simplest: false
    case .fullest: true
    case .random(let share): chance(share)
    }
  }

  // MARK: Arrays

  private mutating func array(of shape: Shape, depth: Int) -> JSONValue? {
    let contained = shape.contained.reduce(0) { $0 + $1.count }
    let least = max(shape.minItems, contained)
    var count = least
    if depth < Self.comfortableDepth, budget > 0 {
      budget -= 1
      switch extent {
      case .simplest: break
      case .fullest: count = max(least, min(1, shape.maxItems))
      case .random: count = max(least, min(Int.random(in: 0...3, using: &generator), shape.maxItems))
      }
    }
    guard count <= Self.largestArray else { return nil }
    var elements: [JSONValue] = []
    for (nodes, times) in shape.contained {
      for _ in 0..<times {
        guard let value = value(for: nodes + shape.nodes(ofItem: elements.count), depth: depth + 1) else { return nil }
        elements.append(value)
      }
    }
    while elements.count < count {
      guard let value = item(elements, of: shape, depth: depth) else {
        guard elements.count >= least else { return .none }
        return .some(.array(elements))
      }
      elements.append(value)
    }
    return .array(elements)
  }

  private static let largestArray = 2_000

  /// One more item, other than those that are there where they must differ.
  mutating func item(_ elements: [JSONValue], of shape: Shape, depth: Int) -> JSONValue? {
    let nodes = shape.nodes(ofItem: elements.count)
    guard let value = value(for: nodes, depth: depth + 1) else { return nil }
    guard shape.isUnique, elements.contains(value) else { return value }
    var other = self
    other.extent = .random(share: 0.5)
    for _ in 0..<12 {
      if let value = other.value(for: nodes, depth: depth + 1), !elements.contains(value) { return value }
    }
    return nil
  }
}
