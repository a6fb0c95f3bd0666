import RunModel

/// Something that has cases and runs when what it builds on is done.
enum RunnableSuite: Sendable {
  case workflow(WorkflowSuite)
  case generated(GeneratedSuite)

  /// Name in reports.
  var id: String {
    switch self {
    case .workflow(let suite): suite.id
    case .generated(let suite): suite.id
    }
  }

  /// Workflows that run before.
  var prerequisites: [String] {
    switch self {
    case .workflow(let suite): suite.prerequisites
    case .generated(let suite): suite.prerequisites
    }
  }

  /// Its cases as reports announce them.
  var plan: ContractPlan.Suite {
    switch self {
    case .workflow(let suite): suite.plan
    case .generated(let suite): suite.plan
    }
  }
}
