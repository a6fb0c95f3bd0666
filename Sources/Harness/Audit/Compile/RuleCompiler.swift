import DataContract
import FirestoreModel
import JSON
import RunModel
import YAMLSource

/// Turns what data contracts promise into rules that can be evaluated, and reports what cannot be.
///
/// The extensions in this folder each compile one kind of thing.
struct RuleCompiler {
  let contracts: DataContractSet
  let stores: [Component]
  /// Takes the problems.
  let sink = DiagnosticSink()

  /// All rules, references first, in the order of the contracts.
  func compile() -> [AuditRule] {
    let references = contracts.relationships.flatMap { link in
      [reference(link), completeness(of: link)].compactMap(\.self)
    }
    let qualities = contracts.qualityRules.compactMap { quality($0.rule, of: $0.contract) }
    noteUnjudgedRetentions()
    return references + qualities + contracts.retentions.compactMap { retention($0.retention, of: $0.contract) }
  }

  /// The objects whose rows name the request that wrote them (`concord.requestId`).
  func requestLogs() -> [RequestLog] {
    contracts.contracts.flatMap { contract in
      contract.objects.compactMap { object in
        guard let property = object.requestID else { return nil }
        return relation(
          of: object, in: contract, Columns(paths: [[property]], use: .measured), filter: nil, at: object.location
        ).map { RequestLog(object: object.name, relation: $0) }
      }
    }
  }

  /// The rule's id; ids that the contracts derive from names may hold nothing that an id can be made of.
  func ruleID(_ text: String, at location: SourceLocation) -> RuleID? {
    if let id = RuleID(text) { return id }
    sink.error(
      "'\(text)' is no rule id", at: location, remedy: "give the rule a concord.id of lower-case words and hyphens")
    return nil
  }

  /// The store of a contract: the first of its servers that the stack has.
  func store(of contract: DataContract, at location: SourceLocation) -> (component: Component, server: ContractServer)?
  {
    for server in contract.servers {
      if let store = stores.first(where: { $0.name == server.name && $0.kind.isStore }) { return (store, server) }
    }
    let names = stores.filter(\.kind.isStore).map(\.name)
    let remedy = contract.servers.lazy.compactMap { suggestion(for: $0.name, among: names) }.first
    sink.error(
      "none of the servers of '\(contract.id)' is a store of the stack",
      at: contract.servers.first?.location ?? contract.source.root.location,
      remedy: remedy.map { "did you mean '\($0)'?" } ?? "name one of: \(names.joined(separator: ", "))")
    return nil
  }
}

extension Severity {
  /// The severity that a contract gives its rule.
  init(_ severity: RuleSeverity) {
    self =
      switch severity {
      case .error: .error
      case .warning: .warning
      case .info: .info
      }
  }
}

extension RowFilter {
  /// The filter for people.
  var display: String {
    switch self {
    case .sql(let text): text
    case .fields(let conditions):
      conditions.map { "\($0.field) \($0.comparison.rawValue) \($0.value.serialized())" }.joined(separator: " and ")
    }
  }
}
