package import JSON

/// A compiled schema; it holds all it needs and can be used by many tasks at once.
package struct Schema: Sendable {
  /// What it was compiled to, for who wants to make values for it.
  package let program: SchemaProgram

  init(program: SchemaProgram) { self.program = program }

  /// All violations of the schema, in the order of its keywords; none when the value is valid.
  ///
  /// Where no alternative of `anyOf` or `oneOf` fits, one violation sums them up and those of the closest alternative
  /// follow. What `unevaluatedProperties` and `unevaluatedItems` demand is not checked beside a failed `allOf`,
  /// `anyOf`, `oneOf` or `$ref`, because it cannot be known then what these would have covered.
  package func validate(_ instance: JSONValue) -> [SchemaViolation] {
    var evaluator = SchemaEvaluator(program, isReporting: true)
    return evaluator.run(instance) ? [] : evaluator.violations
  }

  /// Whether the value is valid; stops at the first violation.
  package func isValid(_ instance: JSONValue) -> Bool {
    var evaluator = SchemaEvaluator(program, isReporting: false)
    return evaluator.run(instance)
  }

  /// Whether the value is valid for one of the program's nodes; a node apart from its place knows no dynamic scope.
  package func isValid(_ instance: JSONValue, at node: Int) -> Bool {
    var evaluator = SchemaEvaluator(program, isReporting: false)
    return evaluator.run(instance, at: node)
  }
}
