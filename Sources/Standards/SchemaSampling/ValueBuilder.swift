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
  private static let comfortableDepth = 5
  /// How deep values may become; the simplest are looked for in ever deeper ones.
  var maximumDepth = 12
  /// Values that may be tried for one value in all: alternatives of alternatives multiply.
  private var attempts = 2_000
  private var known: [[Int]: [Shape]] = [:]

  init(
    schema: Schema, reader: ShapeReader, texts: TextBuilder, extent: Extent, generator: any RandomNumberGenerator
  ) {
    self.schema = schema
    self.reader = reader
    self.texts = texts
    self.extent = extent
    self.generator = generator
  }

  /// The shallowest value that satisfies some nodes, nil when none is found.
  mutating func shallowest(for nodes: [Int]) -> JSONValue? {
    for depth in [1, 2, 3, 4, 6, 9, 12] {
      maximumDepth = depth
      if let value = value(for: nodes) { return value }
    }
    return nil
  }

  /// A value that satisfies some nodes, nil when none is found.
  mutating func value(for nodes: [Int], depth: Int = 0) -> JSONValue? {
    guard depth <= maximumDepth, attempts > 0 else { return nil }
    var shapes = shapes(of: nodes)
    if case .random = extent { shapes.shuffle(using: &generator) }
    // In the depth, what needs nothing further ends a recursion.
    if depth >= Self.comfortableDepth { shapes.sort { $0.demands < $1.demands } }
    // An alternative may turn out to be impossible; more than a few are not tried.
    for shape in shapes.prefix(8) {
      attempts -= 1
      guard attempts > 0 else { return nil }
      if let value = shownValue(of: shape, nodes) { return value }
      if let value = value(of: shape, depth: depth), satisfies(value, nodes) { return value }
    }
    return nil
  }

  private func satisfies(_ value: JSONValue, _ nodes: [Int]) -> Bool {
    nodes.allSatisfy { schema.isValid(value, at: $0) }
  }

  private mutating func shapes(of nodes: [Int]) -> [Shape] {
    if let shapes = known[nodes] { return shapes }
    let shapes = reader.shapes(of: nodes)
    known[nodes] = shapes
    return shapes
  }

  /// A value that the schema shows, when it is one that the schema allows.
  private mutating func shownValue(of shape: Shape, _ nodes: [Int]) -> JSONValue? {
    guard !shape.shown.isEmpty, !isRandom || chance(0.1) else { return nil }
    return shape.shown.first { !isContainer($0) && shape.types.allows($0) && satisfies($0, nodes) }
  }

  /// A value of a shape.
  mutating func value(of shape: Shape, depth: Int) -> JSONValue? {
    if let listed = shape.listed { return isRandom ? listed.randomElement(using: &generator) : listed.first }
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
        name = randomly { $0.value(for: shape.propertyNames, depth: depth + 1) }?.stringValue
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
  private mutating func isLeftOut(_ nodes: [Int], isRequired: Bool) -> Bool {
    guard let shape = shapes(of: nodes).first else { return false }
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
    for _ in 0..<12 {
      if let value = randomly({ $0.value(for: nodes, depth: depth + 1) }), !elements.contains(value) { return value }
    }
    return nil
  }

  /// Makes something at random, whatever else is made, and goes on with the random numbers that follow.
  private mutating func randomly(_ make: (inout ValueBuilder) -> JSONValue?) -> JSONValue? {
    let usual = extent
    extent = .random(share: 0.5)
    defer { extent = usual }
    return make(&self)
  }
}

extension Shape {
  /// How much has to be made before there is a value.
  fileprivate var demands: Int { listed != nil ? 0 : required.count + minItems + minProperties + contained.count }
}
