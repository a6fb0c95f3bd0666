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

  /// Whether it is about removing things.
  ///
  /// Where no workflow provides any, ids are guessed, and what is removed may be what another suite has just made.
  var removesThings: Bool {
    switch self {
    case .workflow: false
    case .generated(let suite): suite.linked.operation.consumesData
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
