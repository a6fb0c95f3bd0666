import Arazzo
import JSON
import OpenAPI

/// Data that a workflow provides for generated cases: a user, a product, a token (`x-concord-provides`).
///
/// What a case needs must exist by somebody's will. Random ids find nothing, and what happens to be there is luck.
struct DataProvision: Sendable {
  /// The workflow whose outputs are the data.
  let workflow: String
  /// Ids of the operations that the data are for; nil for all of the service.
  let operations: Set<String>?
  /// The service that has the operations.
  let service: String
  /// Whether each case gets data of its own, since using them uses them up.
  let isFresh: Bool
  /// Values of parameters, also such that are not documented as parameters (`Authorization`).
  let parameters: [(key: ParameterKey, value: ValueTemplate)]
  /// Values at places of the body.
  let body: [(place: JSONPointer, value: ValueTemplate)]

  /// Whether an operation gets the data.
  func concerns(_ operation: Operation, of service: String) -> Bool {
    service == self.service && operations?.contains(operation.id) ?? true
  }

  /// The data, from what the workflow handed out.
  func data(from values: WorkflowValues) throws(ExpressionError) -> ProvidedData {
    var context = StepContext()
    context.inputs = values.inputs
    context.outputs = values.outputs
    var data = ProvidedData()
    for (key, template) in parameters { data.parameters[key] = try template.evaluate(in: context) }
    for (place, template) in body { data.body.append((place, try template.evaluate(in: context))) }
    return data
  }
}

/// Values for one request.
struct ProvidedData: Sendable {
  var parameters: [ParameterKey: JSONValue] = [:]
  var body: [(place: JSONPointer, value: JSONValue)] = []

  /// Adds other data; where both have a value, the other's counts.
  mutating func merge(_ other: ProvidedData) {
    parameters.merge(other.parameters) { $1 }
    body += other.body
  }
}
