import RunModel

/// A rule with everything that is needed to evaluate it.
struct AuditRule: Sendable {
  /// What evaluating the rule means.
  enum Check: Sendable {
    /// Every key of the referrer exists at the referent.
    case reference(ReferenceCheck)
    /// A query of the data contract answers a value within a threshold.
    case query(SQLQualityCheck)
    /// A metric of the standard's library stays within a threshold.
    case metric(MetricCheck)
  }

  let description: RuleDescription
  let check: Check
  /// How values are shown.
  let masking: Masking
}

/// Rows or documents of one store that a rule is about.
enum Relation: Sendable {
  case sql(SQLRelation)
  case firestore(FirestoreRelation)

  /// The name of the store that holds them.
  var store: String {
    switch self {
    case .sql(let relation): relation.store.name
    case .firestore(let relation): relation.store
    }
  }
}
