import JSON

// One pass over schema and value together. When it reports, every keyword is evaluated; when it only decides, the first
// failure ends it. Alternatives are always decided first and looked into for messages only when none fits, so that the
// cost stays that of a few passes whatever the nesting.

/// Evaluates a value by a program.
struct SchemaEvaluator {
  private enum PathToken {
    case key(String)
    case index(Int)
  }

  /// How deep schemas may apply schemas, through values and in place.
  ///
  /// A level takes five kilobytes of stack in a debug build, and threads have eight megabytes.
  private static let maximumDepth = 1_200
  /// How many schemas may be applied in one run; a schema of alternatives that refer to each other can multiply.
  private static let maximumSteps = 50_000_000

  let program: SchemaProgram
  var isReporting: Bool
  private(set) var violations: [SchemaViolation] = []

  private var path: [PathToken] = []
  /// The resources that were entered, outermost first; only kept when the program has dynamic references.
  private var scope: [Int] = []
  private let tracksScope: Bool
  private var depth = 0
  private var steps = 0
  /// Why no verdict was possible; nothing is evaluated any more then.
  private var undecided: SchemaViolation?

  init(_ program: SchemaProgram, isReporting: Bool) {
    self.program = program
    self.isReporting = isReporting
    tracksScope = !program.dynamicAnchors.isEmpty
  }

  /// Evaluates a whole value; what could not be decided is a violation, and never valid.
  mutating func run(_ instance: JSONValue, at node: Int = 0) -> Bool {
    var evaluated = EvaluatedParts(isNeeded: false)
    let isValid = evaluate(node, instance, &evaluated)
    if let undecided {
      violations.append(undecided)
      return false
    }
    return isValid
  }

  /// Applies a schema to a value, and adds what it evaluated.
  mutating func evaluate(_ number: Int, _ instance: JSONValue, _ evaluated: inout EvaluatedParts) -> Bool {
    guard undecided == nil else { return false }
    let node = program.nodes[number]
    let keywords: [Keyword]
    switch node.body {
    case .accept: return true
    case .reject:
      report(node, nil, "No value is allowed here.", expected: nil, actual: instance)
      return false
    case .keywords(let list): keywords = list
    }
    steps += 1
    guard depth < Self.maximumDepth, steps < Self.maximumSteps else {
      giveUp(
        node, nil,
        depth >= Self.maximumDepth
          ? "The value could not be checked: schemas apply each other more than \(Self.maximumDepth) deep here."
          : "The value could not be checked in \(Self.maximumSteps) steps: the alternatives of its schema multiply.")
      return false
    }
    depth += 1
    let entersResource = tracksScope && scope.last != node.resource
    if entersResource { scope.append(node.resource) }
    defer {
      depth -= 1
      if entersResource { scope.removeLast() }
    }
    guard node.needsEvaluated else { return evaluate(keywords, of: node, instance, &evaluated) }
    var own = EvaluatedParts(isNeeded: true)
    let isValid = evaluate(keywords, of: node, instance, &own)
    evaluated.formUnion(own)
    return isValid
  }

  private mutating func evaluate(
    _ keywords: [Keyword], of node: SchemaNode, _ instance: JSONValue, _ evaluated: inout EvaluatedParts
  ) -> Bool {
    var isValid = true
    var isCovered = true
    for keyword in keywords {
      if !isCovered {
        // The failed alternative might have evaluated what is left over; a message about that would mislead.
        switch keyword {
        case .unevaluatedItems, .unevaluatedProperties: continue
        default: break
        }
      }
      if apply(keyword, of: node, instance, &evaluated) { continue }
      isValid = false
      guard isReporting, undecided == nil else { return false }
      switch keyword {
      case .reference, .dynamicReference, .allOf, .anyOf, .oneOf, .condition, .dependentSchemas: isCovered = false
      default: break
      }
    }
    return isValid
  }

  private mutating func apply(
    _ keyword: Keyword, of node: SchemaNode, _ instance: JSONValue, _ evaluated: inout EvaluatedParts
  ) -> Bool {
    switch keyword {
    case .reference(let target): evaluate(target, instance, &evaluated)
    case .dynamicReference(let name, let fallback):
      evaluate(dynamicTarget(name) ?? fallback, instance, &evaluated)
    case .allOf, .anyOf, .oneOf, .not, .condition, .dependentSchemas:
      applyInPlace(keyword, of: node, instance, &evaluated)
    case .members, .propertyNames, .unevaluatedProperties, .maxProperties, .minProperties, .required,
      .dependentRequired:
      if case .object(let object) = instance {
        apply(keyword, of: node, object: object, &evaluated)
      } else {
        true
      }
    case .items, .contains, .unevaluatedItems, .maxItems, .minItems, .uniqueItems:
      if case .array(let values) = instance {
        apply(keyword, of: node, array: values, &evaluated)
      } else {
        true
      }
    default: check(keyword, of: node, instance)
    }
  }

  /// The schema that the outermost resource has under a name of dynamic anchors (core section 8.2.3.2).
  private func dynamicTarget(_ name: Int) -> Int? {
    let anchors = program.dynamicAnchors[name]
    for resource in scope where anchors[resource] >= 0 { return anchors[resource] }
    return nil
  }

  // MARK: Going into values

  mutating func evaluate(_ number: Int, member key: String, _ value: JSONValue) -> Bool {
    var evaluated = EvaluatedParts(isNeeded: false)
    path.append(.key(key))
    defer { path.removeLast() }
    return evaluate(number, value, &evaluated)
  }

  mutating func evaluate(_ number: Int, element index: Int, _ value: JSONValue) -> Bool {
    var evaluated = EvaluatedParts(isNeeded: false)
    path.append(.index(index))
    defer { path.removeLast() }
    return evaluate(number, value, &evaluated)
  }

  /// Decides without reporting.
  mutating func deciding<Answer>(_ body: (inout SchemaEvaluator) -> Answer) -> Answer {
    let wasReporting = isReporting
    isReporting = false
    defer { isReporting = wasReporting }
    return body(&self)
  }

  /// Takes the violations that a part reports instead of keeping them.
  mutating func collecting(_ body: (inout SchemaEvaluator) -> Void) -> [SchemaViolation] {
    let kept = violations
    violations = []
    body(&self)
    defer { violations = kept }
    return violations
  }

  // MARK: Messages

  /// The place in the value that is looked at.
  var place: JSONPointer {
    JSONPointer(
      tokens: path.map { token in
        switch token {
        case .key(let key): key
        case .index(let index): String(index)
        }
      })
  }

  /// How deep in the value this is.
  var level: Int { path.count }

  mutating func report(
    _ node: SchemaNode, _ keyword: String?, _ message: @autoclosure () -> String, expected: JSONValue?,
    actual: JSONValue?, at key: String? = nil
  ) {
    guard isReporting else { return }
    violations.append(
      violation(node, keyword, message(), expected: expected, actual: actual, at: key.map(place.appending) ?? place))
  }

  mutating func add(_ more: some Sequence<SchemaViolation>) { violations.append(contentsOf: more) }

  /// Ends the evaluation without a verdict.
  mutating func giveUp(_ node: SchemaNode, _ keyword: String?, _ message: String) {
    undecided = undecided ?? violation(node, keyword, message, expected: nil, actual: nil, at: place)
  }

  private func violation(
    _ node: SchemaNode, _ keyword: String?, _ message: String, expected: JSONValue?, actual: JSONValue?,
    at place: JSONPointer
  ) -> SchemaViolation {
    SchemaViolation(
      instance: place, schemaURI: program.documents[node.document],
      schema: keyword.map(node.pointer.appending) ?? node.pointer, keyword: keyword ?? "false", message: message,
      expected: expected, actual: actual)
  }
}
