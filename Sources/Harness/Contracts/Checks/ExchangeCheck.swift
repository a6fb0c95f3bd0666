import RunModel

/// A promise of OpenAPI documents that every exchange is held to; one type, one file.
protocol ExchangeCheck: Sendable {
  /// Name in reports: kebab-case, states what must be so.
  var id: String { get }

  /// What is promised, in one sentence for people.
  var summary: String { get }

  /// Holds an exchange to the promise.
  func judge(_ exchange: ObservedExchange) -> CheckOutcome
}

/// What a check says about an exchange.
enum CheckOutcome: Sendable, Hashable {
  /// The document promises nothing that the check could look at.
  case notApplicable
  case passed
  /// Every way in which the promise was broken.
  case failed([CheckFailure])

  /// Passed when there are no failures.
  init(_ failures: [CheckFailure]) { self = failures.isEmpty ? .passed : .failed(failures) }
}
