import DataContract
import JSON
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
      of: owner.object, in: owner.contract,
      Columns(paths: link.from.map(\.path), use: .referrer, grace: relationship.terms.grace),
      filter: relationship.filter, at: relationship.location)
    let isRestricted = relationship.terms.policy == .restrict
    func referent(areDeletedLeftOut: Bool) -> Relation? {
      relation(
        of: other.object, in: other.contract,
        Columns(paths: link.to.map(\.path), use: .referent, areDeletedLeftOut: areDeletedLeftOut), filter: nil,
        at: relationship.location)
    }
    let to = referent(areDeletedLeftOut: isRestricted)
    guard let id, let from, let to, isUsable(relationship, from, to, other.object, link) else { return nil }
    var check = ReferenceCheck(from: from, to: to)
    check.repair = relationship.terms.repair
    check.isOptional = !link.from.contains { $0.property.isRequired }
    switch relationship.terms.policy {
    case .soft: break
    case .restrict: check.inAnyState = referent(areDeletedLeftOut: false)
    case .keep(let pattern):
      check.kept = .init(anonymised: pattern, areNumbersKept: isNumbered(link, in: to))
    case .cascade(let time):
      check.cascade = time
      // What should have followed is what is to go.
      check.repair = check.repair ?? .delete
    }
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
    return AuditRule(description: description, check: .reference(check), masking: masking)
  }

  /// The rule that a relationship's key has no NULL, or none beside other values; nil where it may have any.
  func completeness(of link: LinkedRelationship) -> AuditRule? {
    let relationship = link.relationship
    let nulls = relationship.terms.nulls
    guard nulls != .allowed, let owner = contracts.owner(of: link.from[0]) else { return nil }
    if nulls == .allOrNone, link.from.count == 1 {
      sink.error(
        "concord.nulls: all-or-none is about keys of several columns", at: relationship.location,
        remedy: "write forbidden where every row must refer to something")
      return nil
    }
    guard let id = ruleID("\(relationship.id)-complete", at: relationship.location),
      let relation = relation(
        of: owner.object, in: owner.contract, Columns(paths: link.from.map(\.path), use: .measured),
        filter: relationship.filter, at: relationship.location)
    else { return nil }
    let subject = location(of: link.from, in: relation.store)
    let measure = nulls == .forbidden ? Measure.nullValues : .partialNulls
    let title =
      nulls == .forbidden ? "\(subject) is never NULL" : "\(subject) is NULL in all of its columns or in none"
    let description = RuleDescription(
      id: id, title: title, kind: .quality(metric: "nullValues"), severity: Severity(relationship.severity),
      subject: subject, filter: relationship.filter.map(\.display), source: relationship.location,
      remedy: relationship.remedy)
    let check = MetricCheck(
      relation: relation, measure: measure, threshold: .mustBe(.number(JSONNumber(0))), inPercent: false)
    return AuditRule(
      description: description, check: .metric(check), masking: Masking(owner.object, of: owner.contract))
  }

  /// Whether what deletions mean can be told from what the contracts say.
  private func isUsable(
    _ relationship: Relationship, _ from: Relation, _ to: Relation, _ referent: SchemaObject, _ link: LinkedRelationship
  ) -> Bool {
    switch relationship.terms.policy {
    case .soft, .cascade: return true
    case .restrict:
      if referent.deleted != nil { return true }
      sink.error(
        "concord.delete: restrict needs to know which rows of '\(referent.name)' count as deleted",
        at: relationship.location,
        remedy: "give the object '\(referent.name)' concord.deleted, such as \"deleted_at IS NOT NULL\"")
      return false
    case .keep(let pattern):
      if pattern != nil || isNumbered(link, in: to) { return true }
      sink.error(
        "concord.delete: keep cannot tell a key of '\(referent.name)' that was removed from one that never was",
        at: relationship.location,
        remedy:
          "name what such keys are replaced by: {keep: 'deleted:*'}; only whole numbers of PostgreSQL tell by themselves"
      )
      return false
    }
  }

  /// Whether the keys of the referent are numbers that were given out in order.
  private func isNumbered(_ link: LinkedRelationship, in referent: Relation) -> Bool {
    guard case .sql = referent else { return false }
    return link.to.count == 1 && link.to[0].property.logicalType == .integer
  }

  private func location(of columns: [LinkedColumn], in store: String) -> DataLocation {
    DataLocation(store: store, object: columns[0].object, fields: columns.map { $0.path.joined(separator: ".") })
  }
}
