package import JSON
package import YAMLSource

/// Where control goes.
package enum ActionTarget: Sendable, Hashable {
  /// A step of the same workflow, by its id.
  case step(String)
  case workflow(WorkflowReference)
}

/// What to do after a step succeeded.
package struct SuccessAction: Sendable, Hashable {
  /// What is done.
  package enum Kind: Sendable, Hashable {
    case end
    case goto(ActionTarget)
  }

  /// Its name.
  package let name: String
  /// What is done.
  package let kind: Kind
  /// What must hold for it to be done, all of it.
  package let criteria: [Criterion]
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is written.
  package let location: SourceLocation
}

/// What to do after a step failed.
package struct FailureAction: Sendable, Hashable {
  /// What is done.
  package enum Kind: Sendable, Hashable {
    case end
    case goto(ActionTarget)
    /// Repeats the step, at most `limit` times, each time after a delay and after calling `via`.
    case retry(after: Duration, limit: Int, via: ActionTarget?)
  }

  /// Its name.
  package let name: String
  /// What is done.
  package let kind: Kind
  /// What must hold for it to be done, all of it.
  package let criteria: [Criterion]
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is written.
  package let location: SourceLocation
}
