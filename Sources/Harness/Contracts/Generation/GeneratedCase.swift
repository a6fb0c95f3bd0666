import JSON
import OpenAPI
import RunModel
import YAMLSource

/// One case that follows from an OpenAPI document.
struct GeneratedCase: Sendable {
  /// What is sent.
  enum Content: Sendable {
    case request(RequestDraft, RequestIntent)
    /// A value of the run's seed for the body or a parameter.
    case random(RandomSubject, isValid: Bool)
    /// A valid request, and what must hold after it.
    case sequence(RequestDraft, FollowUp)
  }

  /// The part of a request that gets a random value.
  enum RandomSubject: Sendable, Hashable {
    case body
    case parameter(ParameterKey)
  }

  /// What follows a request that succeeded.
  enum FollowUp: Sendable, Hashable {
    /// What was created is read where `Location` leads.
    case readCreated
    /// What was deleted is read again.
    case readDeleted
    /// The same request once more.
    case repetition
    /// A documented link, by its status and its place among those of that status.
    case link(status: String, name: String)
  }

  /// Unique in its suite, and the same in every run.
  let name: String
  let content: Content
  /// Where the document says what the case is about.
  let source: SourceLocation?
}

/// The generated cases of one operation.
struct GeneratedSuite: Sendable {
  let linked: LinkedOperation
  let provisions: [DataProvision]
  let cases: [GeneratedCase]
  let samplers: RequestSamplers
  /// What random requests are made from.
  let base: RequestDraft
  /// Workflows that must have run before.
  let prerequisites: [String]
  /// Cases that did not fit into the limit.
  let omittedCount: Int
  /// What no value could be made for, for people.
  let problems: [String]

  /// Stands before the operation in a suite's id.
  static let prefix = "generated:"

  /// Name of the suite in reports.
  var id: String { Self.id(of: linked.reference) }

  /// Name of the suite of an operation.
  static func id(of operation: OperationReference) -> String { "\(prefix)\(operation.service)/\(operation.id)" }

  /// Its cases as reports announce them.
  var plan: ContractPlan.Suite {
    ContractPlan.Suite(
      id: id, title: "\(linked.reference.method) \(linked.reference.path), generated",
      source: linked.operation.location, cases: cases.map { CaseID(suite: id, name: $0.name) })
  }

  /// Whether cases cannot get into each other's way: they read, or make new things.
  var isParallel: Bool {
    switch linked.operation.method {
    case "GET", "HEAD": true
    case "POST": linked.operation.template.variables.isEmpty
    default: false
    }
  }
}
