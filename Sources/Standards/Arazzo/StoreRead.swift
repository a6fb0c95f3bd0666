package import YAMLSource

/// A look into a store after a step: an extension of this program, `x-concord-reads`, in the terms of the standard.
///
/// Its criteria see `$rows`, the array of the rows or documents that the query found, beside all that the step's own
/// criteria see.
package struct StoreRead: Sendable, Hashable {
  /// What is asked for; expressions in braces are parameters of the query, never part of its text.
  package enum Query: Sendable, Hashable {
    /// One SELECT.
    case sql(ExpressionTemplate)
    /// The document at a path: `users/{$steps.register.outputs.uid}`.
    case document(ExpressionTemplate)
    /// The documents of a collection whose fields have these values.
    case collection(ExpressionTemplate, where: [ValueTemplate.Member])

    /// The expressions in it.
    package var expressions: [RuntimeExpression] {
      switch self {
      case .sql(let template), .document(let template): template.expressions
      case .collection(let template, let conditions): template.expressions + conditions.flatMap(\.value.expressions)
      }
    }
  }

  /// The store, by its name in the stack.
  package let store: String
  package let query: Query
  /// How long the criteria have to become true, for what is only consistent after a while; zero reads once.
  package let patience: Duration
  /// What must hold for the step to succeed, all of it.
  package let successCriteria: [Criterion]
  /// What the step hands out beside its own outputs.
  package let outputs: [Output]
  /// Where it is written.
  package let location: SourceLocation
}
