package import JSON

// What the compiler makes of schemas: nodes that refer to each other by number, each with keywords that carry parsed
// values. Validation looks no keyword up and resolves no reference; only the names of members are looked up.

/// Schemas ready to be evaluated.
package final class SchemaProgram: Sendable {
  /// The schemas; the first is where evaluation begins.
  package let nodes: [SchemaNode]
  /// The URIs of documents, by the number that nodes have.
  package let documents: [String]
  /// For each name of a dynamic anchor, the node that each resource has under it, or -1.
  let dynamicAnchors: [[Int]]

  init(nodes: [SchemaNode], documents: [String], dynamicAnchors: [[Int]]) {
    self.nodes = nodes
    self.documents = documents
    self.dynamicAnchors = dynamicAnchors
  }
}

/// One schema; a class, so that going from one to the next copies a single pointer.
package final class SchemaNode: Sendable {
  /// What the schema demands.
  package enum Body: Sendable {
    /// Everything is valid.
    case accept
    /// Nothing is valid.
    case reject
    /// All of these must hold.
    case keywords([Keyword])
  }

  package let body: Body
  /// The number of the document that holds it.
  package let document: Int
  /// Its place in that document.
  package let pointer: JSONPointer
  /// The schema as it is written, for keywords that demand nothing: examples, formats, `readOnly`.
  package let source: JSONValue
  /// The schema resource it belongs to, for dynamic references.
  let resource: Int
  /// Whether it has `unevaluatedProperties` or `unevaluatedItems`, which must know what the others evaluated.
  let needsEvaluated: Bool

  init(
    body: Body, document: Int, pointer: JSONPointer, source: JSONValue, resource: Int, needsEvaluated: Bool
  ) {
    self.body = body
    self.source = source
    self.document = document
    self.pointer = pointer
    self.resource = resource
    self.needsEvaluated = needsEvaluated
  }
}

/// A keyword with its parsed value; nodes are given by number.
package enum Keyword: Sendable {
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
  package struct Condition: Sendable {
    package let test: Int
    package let then: Int?
    package let otherwise: Int?
  }

  /// `properties`, `patternProperties` and `additionalProperties`, which depend on each other.
  package struct MemberRules: Sendable {
    package var named: [String: Int] = [:]
    package var patterns: [(source: String, pattern: any CompiledPattern, node: Int)] = []
    package var additional: Int?
  }

  /// `contains` with its bounds.
  package struct Contains: Sendable {
    package let node: Int
    /// `minContains`, 1 when it is not there.
    package let minimum: Int
    package let maximum: Int?
    /// Whether `minContains` is there, and the place to name when there are too few.
    let hasMinimum: Bool
  }
}
