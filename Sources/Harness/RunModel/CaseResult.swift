package import RFC3339
package import YAMLSource

/// Identity of a contract case, stable between runs.
package struct CaseID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The suite: an Arazzo workflow or a family of generated cases.
  package let suite: String
  /// Unique within the suite; no ids, seeds or times in it.
  package let name: String

  /// Names a case.
  package init(suite: String, name: String) {
    self.suite = suite
    self.name = name
  }

  package var description: String { "\(suite)/\(name)" }

  package static func < (left: CaseID, right: CaseID) -> Bool {
    (left.suite, left.name) < (right.suite, right.name)
  }
}

/// An operation of a service's OpenAPI document.
package struct OperationReference: Sendable, Hashable {
  package let service: String
  /// `operationId`, or `GET /path` where the document gives none.
  package let id: String
  package let method: String
  /// Path template as documented.
  package let path: String

  /// Refers to an operation.
  package init(service: String, id: String, method: String, path: String) {
    self.service = service
    self.id = id
    self.method = method
    self.path = path
  }
}

/// The contract cases of a run, announced before the first one starts.
package struct ContractPlan: Sendable, Hashable {
  /// A group of cases that share data and order.
  package struct Suite: Sendable, Hashable {
    package let id: String
    package let title: String
    package let source: SourceLocation?
    package let cases: [CaseID]

    /// Announces a suite.
    package init(id: String, title: String, source: SourceLocation?, cases: [CaseID]) {
      self.id = id
      self.title = title
      self.source = source
      self.cases = cases
    }
  }

  package let suites: [Suite]
  /// Every documented operation, exercised or not.
  package let operations: [OperationReference]

  /// Announces the contract cases.
  package init(suites: [Suite], operations: [OperationReference]) {
    self.suites = suites
    self.operations = operations
  }

  /// How many cases a complete run reports.
  package var caseCount: Int { suites.reduce(0) { $0 + $1.cases.count } }
}

/// What became of one contract case.
package struct CaseResult: Sendable, Hashable {
  /// The four outcomes that JUnit knows.
  package enum Status: Sendable, Hashable {
    case passed
    /// The service answered, but not as promised; see `failures`.
    case failed
    /// The case could not be judged: no connection, time-out, a service that died.
    case errored(reason: String)
    /// Not run because something it builds on did not succeed.
    case skipped(reason: String)
  }

  package let id: CaseID
  /// A sentence for people.
  package let title: String
  /// Service whose promise is tested.
  package let service: String
  package let operation: OperationReference?
  /// Where the case is written down.
  package let source: SourceLocation?
  package let status: Status
  package let startedAt: Timestamp
  package let duration: Duration
  /// Checks and criteria that held.
  package let checksPassed: Int
  /// Every mismatch of every exchange, not only the first.
  package let failures: [CheckFailure]
  package let exchanges: [Exchange]
  /// What the services logged while the case ran; only for cases that did not pass.
  package let logs: [LogExcerpt]

  /// Reports a case.
  package init(
    id: CaseID, title: String, service: String, operation: OperationReference?, source: SourceLocation?,
    status: Status, startedAt: Timestamp, duration: Duration, checksPassed: Int, failures: [CheckFailure],
    exchanges: [Exchange], logs: [LogExcerpt] = []
  ) {
    self.id = id
    self.title = title
    self.service = service
    self.operation = operation
    self.source = source
    self.status = status
    self.startedAt = startedAt
    self.duration = duration
    self.checksPassed = checksPassed
    self.failures = failures
    self.exchanges = exchanges
    self.logs = logs
  }
}

/// Lines that a component logged in a stretch of time.
package struct LogExcerpt: Sendable, Hashable {
  package let component: String
  package let lines: [String]

  /// Quotes a component's log.
  package init(component: String, lines: [String]) {
    self.component = component
    self.lines = lines
  }
}
