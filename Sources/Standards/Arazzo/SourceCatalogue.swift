package import JSON

/// What another document offers to steps: the part of an OpenAPI or Arazzo document that a link check needs.
package struct SourceCatalogue: Sendable {
  /// An operation that a step may call.
  package struct Operation: Sendable, Hashable {
    /// Its `operationId`.
    package let id: String?
    /// Its place: `/paths/~1users/get`.
    package let pointer: JSONPointer
    /// Its parameters.
    package let parameters: [Parameter]

    /// Describes an operation.
    package init(id: String?, pointer: JSONPointer, parameters: [Parameter]) {
      self.id = id
      self.pointer = pointer
      self.parameters = parameters
    }
  }

  /// A parameter of an operation.
  package struct Parameter: Sendable, Hashable {
    /// Its name.
    package let name: String
    /// The part of the request.
    package let location: StepParameter.Location
    /// Whether a request without it is invalid.
    package let isRequired: Bool

    /// Describes a parameter.
    package init(name: String, location: StepParameter.Location, isRequired: Bool) {
      self.name = name
      self.location = location
      self.isRequired = isRequired
    }
  }

  /// The operations, of an OpenAPI document.
  package let operations: [Operation]
  /// The ids of the workflows, of an Arazzo document.
  package let workflows: [String]

  /// Describes a document.
  package init(operations: [Operation] = [], workflows: [String] = []) {
    self.operations = operations
    self.workflows = workflows
  }
}
