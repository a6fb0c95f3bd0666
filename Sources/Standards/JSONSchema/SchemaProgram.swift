import JSON

// What the compiler makes of schemas: nodes that refer to each other by number, each with keywords that carry parsed
// values. Validation looks no keyword up and resolves no reference; only the names of members are looked up.

/// Schemas ready to be evaluated.
final class SchemaProgram: Sendable {
  /// The schemas; the first is where evaluation begins.
  let nodes: [SchemaNode]
  /// The URIs of documents, by the number that nodes have.
  let documents: [String]
  /// For each name of a dynamic anchor, the node that each resource has under it, or -1.
  let dynamicAnchors: [[Int]]

  init(nodes: [SchemaNode], documents: [String], dynamicAnchors: [[Int]]) {
    self.nodes = nodes
    self.documents = documents
    self.dynamicAnchors = dynamicAnchors
  }
}

/// One schema; a class, so that going from one to the next copies a single pointer.
final class SchemaNode: Sendable {
  enum Body: Sendable {
    /// Everything is valid.
    case accept
    /// Nothing is valid.
    case reject
    /// All of these must hold.
    case keywords([Keyword])
  }

  let body: Body
  let document: Int
  let pointer: JSONPointer
  /// The schema resource it belongs to, for dynamic references.
  let resource: Int
  /// Whether it has `unevaluatedProperties` or `unevaluatedItems`, which must know what the others evaluated.
  let needsEvaluated: Bool

  init(body: Body, document: Int, pointer: JSONPointer, resource: Int, needsEvaluated: Bool) {
    self.body = body
    self.document = document
    self.pointer = pointer
    self.resource = resource
    self.needsEvaluated = needsEvaluated
  }
}

/// A keyword with its parsed value; nodes are given by number.
enum Keyword: Sendable {
  case type(TypeSet)
  case constant(JSONValue)
  case enumeration([JSONValue])
  case multipleOf(JSONNumber)
  case maximum(JSONNumber)
  case exclusiveMaximum(JSONNumber)
  case minimum(JSONNumber)
  case exclusiveMinimum(JSONNumber)
  case maxLength(Int)
  case minLength(Int)
  case pattern(String, any CompiledPattern)
  case format(Format)
  case maxItems(Int)
  case minItems(Int)
  case uniqueItems
  case maxProperties(Int)
  case minProperties(Int)
  case required([String])
  case dependentRequired([(member: String, required: [String])])
  case reference(Int)
  case dynamicReference(name: Int, fallback: Int)
  case allOf([Int])
  case anyOf([Int])
  case oneOf([Int])
  case not(Int)
  case condition(Condition)
  case dependentSchemas([(member: String, node: Int)])
  case members(MemberRules)
  case propertyNames(Int)
  case items(prefix: [Int], rest: Int?)
  case contains(Contains)
  case unevaluatedItems(Int)
  case unevaluatedProperties(Int)

  /// `if` with what follows from it.
  struct Condition: Sendable {
    let test: Int
    let then: Int?
    let otherwise: Int?
  }

  /// `properties`, `patternProperties` and `additionalProperties`, which depend on each other.
  struct MemberRules: Sendable {
    var named: [String: Int] = [:]
    var patterns: [(source: String, pattern: any CompiledPattern, node: Int)] = []
    var additional: Int?
  }

  /// `contains` with its bounds.
  struct Contains: Sendable {
    let node: Int
    /// `minContains`, 1 when it is not there.
    let minimum: Int
    let maximum: Int?
    /// Whether `minContains` is there, and the place to name when there are too few.
    let hasMinimum: Bool
  }
}
