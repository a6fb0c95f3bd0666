import Arazzo
import JSON
import JSONPath
import OpenAPI
import YAMLSource

/// Something that a document promises about an answer and that no schema can say: how its parts relate to each other, to
/// the request and to the time.
///
/// Written in the extension `x-concord-relations` of a document (for all answers), of an operation (for those that
/// succeed) or of a response.
struct Relation: Sendable {
  /// What must be so.
  enum Kind: Sendable {
    /// A success criterion of Arazzo, about the request and the answer.
    case criterion(Criterion)
    /// The moments that a query selects are not after the answer.
    case past(JSONPathQuery)
    /// What a query selects is in order, equal neighbours included.
    case ordered(JSONPathQuery, isAscending: Bool)
    /// What the request's body says, the object at a place of the answer's body says too, but for some members.
    case echoes(JSONPointer, except: Set<String>)
    /// Everything that a query selects has the value of an expression, if that has one.
    case every(JSONPathQuery, equals: RuntimeExpression)
  }

  let kind: Kind
  /// What must hold for the relation to be demanded at all.
  var conditions: [Criterion] = []
  /// Where it is written.
  let location: SourceLocation
}

/// The relations of one document.
struct RelationCatalog: Sendable {
  /// Of all documented answers.
  var shared: [Relation] = []
  /// Of successful answers, by the ids of operations.
  var ofOperations: [String: [Relation]] = [:]
  /// By the places of the responses that have them.
  var ofResponses: [SourceLocation: [Relation]] = [:]

  /// All that concern an answer.
  func relations(of operation: Operation, _ promise: Response?, status: Int) -> [Relation] {
    guard let promise else { return [] }
    let own = (200..<300).contains(status) ? ofOperations[operation.id] ?? [] : []
    return shared + own + (ofResponses[promise.location] ?? [])
  }
}
