import OpenAPI
import RunModel

/// An operation with the API that it belongs to, and what every request for it needs, made once.
final class LinkedOperation: Sendable {
  let operation: Operation
  let api: ServiceAPI
  /// The operation as reports name it.
  let reference: OperationReference
  /// Media types of all documented answers, as `Accept` lists them.
  let accept: String
  /// What the document says about it to this program alone.
  let settings: OperationSettings

  init(_ operation: Operation, of api: ServiceAPI) {
    self.operation = operation
    self.api = api
    reference = api.reference(to: operation)
    settings = OperationSettings(of: operation, in: api.document)
    var seen: Set<String> = []
    let types = operation.responses.flatMap(\.content).map { MediaType.essence($0.contentType) }
    let unique = types.filter { seen.insert($0).inserted }
    accept = unique.isEmpty ? "*/*" : unique.joined(separator: ", ")
  }
}
