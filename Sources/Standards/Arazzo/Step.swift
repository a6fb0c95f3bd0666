package import JSON
package import YAMLSource

/// One call of a workflow.
///
/// Parameters and actions are the effective ones: reusable objects are resolved, and those of the workflow are appended
/// where the step does not override them.
package struct Step: Sendable, Hashable {
  /// What a step calls.
  package enum Target: Sendable, Hashable {
    /// An operation by its id; without a source there is exactly one OpenAPI document.
    case operation(source: String?, id: String)
    /// An operation by its place in a document: `/paths/~1users/get`.
    case operationPath(source: String, pointer: JSONPointer)
    case workflow(WorkflowReference)
  }

  /// Its id, unique in the workflow.
  package let id: String
  /// What it does, as CommonMark.
  package let description: String?
  /// What it calls.
  package let target: Target
  /// Where the target is named.
  package let targetLocation: SourceLocation
  /// The parameters to pass.
  package let parameters: [StepParameter]
  /// The body to send.
  package let requestBody: StepRequestBody?
  /// What must hold for the step to succeed, all of it.
  package let successCriteria: [Criterion]
  /// What may be done after success: the first action whose criteria hold.
  package let onSuccess: [SuccessAction]
  /// What may be done after failure: the first action whose criteria hold.
  package let onFailure: [FailureAction]
  /// What it hands out.
  package let outputs: [Output]
  /// What is read from stores once its criteria hold; an extension of this program.
  package let reads: [StoreRead]
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation

  /// All criteria of the step, its reads and its actions.
  package var criteria: [Criterion] {
    successCriteria + reads.flatMap(\.successCriteria) + onSuccess.flatMap(\.criteria) + onFailure.flatMap(\.criteria)
  }
}

/// A parameter with the value to pass.
package struct StepParameter: Sendable, Hashable {
  /// The part of the request that carries it.
  package enum Location: String, Sendable, Hashable, CaseIterable {
    case path, query, header, cookie
  }

  /// Its name.
  package let name: String
  /// The part of the request; absent when it is an input of a called workflow.
  package let location: Location?
  /// The value.
  package let value: ValueTemplate
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is written.
  package let source: SourceLocation
}

/// The body of a step's request.
package struct StepRequestBody: Sendable, Hashable {
  /// The content type; absent: the operation's.
  package let contentType: String?
  /// The body; absent: only replacements are made in the operation's example.
  package let payload: ValueTemplate?
  /// Values to set in the body.
  package let replacements: [Replacement]
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is written.
  package let location: SourceLocation

  /// A value to set at a place of the body.
  package struct Replacement: Sendable, Hashable {
    /// A JSON Pointer, or for XML an XPath expression.
    package let target: String
    /// The value.
    package let value: ValueTemplate
    /// Where it is written.
    package let location: SourceLocation

    /// The target as a JSON Pointer; `nil` when it is none.
    package var pointer: JSONPointer? { try? JSONPointer(parsing: target) }
  }
}
