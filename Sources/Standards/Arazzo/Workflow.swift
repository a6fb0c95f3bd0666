package import JSON
package import YAMLSource

/// Steps that together reach a goal.
package struct Workflow: Sendable, Hashable {
  /// Its id, unique in the document.
  package let id: String
  /// What it is for, in a few words.
  package let summary: String?
  /// What it is for, as CommonMark.
  package let description: String?
  /// The schema of its inputs; absent when it has none.
  package let inputs: WorkflowInputs?
  /// Workflows that must have completed before.
  package let dependsOn: [WorkflowReference]
  /// The steps, in order.
  package let steps: [Step]
  /// Those of the steps that run at the end in any case, also when another one failed; an extension of this program.
  package let after: [AfterStep]
  /// What it hands out.
  package let outputs: [Output]
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation

  /// The step with an id.
  package func step(id: String) -> Step? { steps.first { $0.id == id } }
}

/// A step that runs at the end of its workflow in any case, to put right what the others did.
package struct AfterStep: Sendable, Hashable {
  /// Its id.
  package let id: String
  /// Where it is named so.
  package let location: SourceLocation
}

/// The schema of a workflow's inputs (JSON Schema 2020-12).
package struct WorkflowInputs: Sendable, Hashable {
  /// The schema as written.
  package let schema: JSONValue
  /// Its place in the document.
  package let pointer: JSONPointer
  /// Where it is written.
  package let location: SourceLocation
}

/// A workflow of this document, or of another one.
package struct WorkflowReference: Sendable, Hashable, CustomStringConvertible {
  /// The source description that has it; `nil` for this document.
  package let source: String?
  /// Its id.
  package let id: String
  /// Where it is named.
  package let location: SourceLocation

  /// The reference as it is written.
  package var description: String { source.map { "$sourceDescriptions.\($0).\(id)" } ?? id }
}

/// A named value that a step or workflow hands out.
package struct Output: Sendable, Hashable {
  /// Its name.
  package let name: String
  /// Where its value comes from.
  package let expression: RuntimeExpression
  /// Where it is written.
  package let location: SourceLocation
}
