import JSON
import OpenAPI
import YAMLSource

/// What an OpenAPI document says about an operation in extensions of ours.
///
/// They stand at an operation, or at the top of the document for all of its operations.
struct OperationSettings: Sendable, Hashable {
  /// `x-concord-time-budget`: the time that an answer may take, such as `500ms`.
  static let timeBudgetKey = "x-concord-time-budget"
  /// `x-concord-unchecked`: ids of checks that the operation is not held to, each with the reason.
  static let uncheckedKey = "x-concord-unchecked"

  /// The time that an answer may take; nil when nothing is promised.
  let timeBudget: Duration?
  /// Why some checks are not applied, by their ids.
  let reasons: [String: String]

  /// Ids of the checks that are not applied.
  let exceptedChecks: Set<String>

  /// Reads the extensions; what cannot be read counts as absent, and is told by ``problems(of:)``.
  init(of operation: Operation, in document: OpenAPIDocument) {
    let own = operation.extensions, shared = document.extensions
    timeBudget = (own[Self.timeBudgetKey] ?? shared[Self.timeBudgetKey])?.stringValue.flatMap { Duration($0) }
    reasons = Self.reasons(shared[Self.uncheckedKey]).merging(Self.reasons(own[Self.uncheckedKey])) { $1 }
    exceptedChecks = Set(reasons.keys)
  }

  private static func reasons(_ value: JSONValue?) -> [String: String] {
    var reasons: [String: String] = [:]
    for member in value?.objectValue ?? JSONObject() { reasons[member.key] = member.value.stringValue }
    return reasons
  }

  /// Everything in a document's extensions that cannot be understood.
  static func problems(of document: OpenAPIDocument) -> [Diagnostic] {
    let top = document.location(schemaURI: OpenAPIDocument.uri(ofFile: document.file), pointer: JSONPointer())
    return problems(document.extensions, at: top)
      + document.operations.flatMap { problems($0.extensions, at: $0.location) }
  }

  private static func problems(_ extensions: [String: JSONValue], at location: SourceLocation?) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    if let budget = extensions[timeBudgetKey], budget.stringValue.flatMap({ Duration($0) }) == nil {
      problems.append(
        Diagnostic(
          location: location, message: "'\(timeBudgetKey)' must be a duration, found \(budget.serialized())",
          remedy: "write a whole number and a unit: 250ms, 10s"))
    }
    guard let unchecked = extensions[uncheckedKey] else { return problems }
    guard let object = unchecked.objectValue else {
      problems.append(
        Diagnostic(
          location: location, message: "'\(uncheckedKey)' must name checks and reasons",
          remedy: "write \(uncheckedKey): {use-after-delete: why it does not hold here}"))
      return problems
    }
    let known = CheckCatalog.all.map(\.id)
    for member in object {
      if !known.contains(member.key) {
        problems.append(
          Diagnostic(
            location: location, message: "'\(uncheckedKey)' names the unknown check '\(member.key)'",
            remedy: suggestion(for: member.key, among: known).map { "did you mean '\($0)'?" }
              ?? "`concord checks` lists them"))
      }
      if member.value.stringValue?.isEmpty != false {
        problems.append(
          Diagnostic(
            location: location, message: "'\(uncheckedKey)' gives no reason for '\(member.key)'",
            remedy: "write why the operation is not held to it"))
      }
    }
    return problems
  }
}
