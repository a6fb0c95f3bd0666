import DataContract
import RunModel
import YAMLSource

extension RuleCompiler {
  /// A relationship of the contracts as a rule.
  func reference(_ link: LinkedRelationship) -> AuditRule? {
    let relationship = link.relationship
    guard let owner = contracts.owner(of: link.from[0]), let other = contracts.owner(of: link.to[0]) else { return nil }
    let id = ruleID(relationship.id, at: relationship.location)
    // Both sides are looked at before giving up, so that all their problems are told at once.
    let from = relation(
      of: owner.object, in: owner.contract, Columns(paths: link.from.map(\.path), use: .referrer),
      filter: relationship.filter, at: relationship.location)
    let to = relation(
      of: other.object, in: other.contract, Columns(paths: link.to.map(\.path), use: .referent), filter: nil,
      at: relationship.location)
    guard let id, let from, let to else { return nil }
    let subject = location(of: link.from, in: from.store)
    let target = location(of: link.to, in: to.store)
    var masking = Masking(owner.object, of: owner.contract)
    // What refers to a personal value is that value.
    for (field, column) in zip(subject.fields, link.to) where Masking.isMasked(column.property.classification) {
      masking.mask(field)
      masking.mask(field.split(separator: ".").last.map(String.init) ?? field)
    }
    let description = RuleDescription(
      id: id, title: relationship.summary ?? "every \(subject) exists as \(target)", kind: .reference(to: target),
      severity: Severity(relationship.severity), subject: subject, filter: relationship.filter.map(\.display),
      source: relationship.location, remedy: relationship.remedy)
    return AuditRule(description: description, check: .reference(from: from, to: to), masking: masking)
  }

  private func location(of columns: [LinkedColumn], in store: String) -> DataLocation {
    DataLocation(store: store, object: columns[0].object, fields: columns.map { $0.path.joined(separator: ".") })
  }
}
