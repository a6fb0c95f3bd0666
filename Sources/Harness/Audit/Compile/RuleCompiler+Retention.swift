import DataContract
import JSON
import RunModel
import YAMLSource

extension RuleCompiler {
  /// A retention as a rule: no row is older than it may become.
  func retention(_ retention: Retention, of contract: DataContract) -> AuditRule? {
    guard let object = contract.object(named: retention.object),
      let (store, _) = store(of: contract, at: retention.location),
      let id = ruleID(retention.id, at: retention.location),
      let relation = relation(
        of: object, in: contract, Columns(paths: [[retention.property]], use: .measured), filter: nil,
        at: retention.location)
    else { return nil }
    if let type = object.property(named: retention.property)?.logicalType, ![.timestamp, .date].contains(type) {
      sink.error(
        "'\(object.name).\(retention.property)' tells no age: it is of type \(type.rawValue)", at: retention.location,
        remedy: "name a property of logicalType timestamp or date")
      return nil
    }
    let description = RuleDescription(
      id: id,
      title: retention.summary
        ?? "no row of \(object.name) is older by \(retention.property) than \(retention.duration)",
      kind: .quality(metric: "retention"), severity: .error,
      subject: DataLocation(store: store.name, object: object.name, fields: [retention.property]), filter: nil,
      source: retention.location, remedy: "Remove what is older, and see that it is removed in time.")
    let check = MetricCheck(
      relation: relation, measure: .outlived(retention.duration), threshold: .mustBe(.number(JSONNumber(0))),
      inPercent: false)
    return AuditRule(description: description, check: .metric(check), masking: Masking(object, of: contract))
  }

  /// Says which retentions no rule judges.
  func noteUnjudgedRetentions() {
    for contract in contracts.contracts {
      for level in contract.serviceLevels where level.property == "retention" {
        for element in level.elements {
          guard let object = contract.object(named: element), object.writtenAt == nil else { continue }
          sink.report(
            Diagnostic(
              severity: .note, location: level.location,
              message: "the retention of '\(element)' is not audited: nothing says how old a row is",
              remedy: "write element: \(element).created_at, or give the object concord.writtenAt"))
        }
      }
    }
  }
}
