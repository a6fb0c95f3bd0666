import RunModel

/// All promises that exchanges are held to; which of them concern an exchange, each check says itself.
package enum CheckCatalog {
  /// In the order in which their failures are shown.
  static let all: [any ExchangeCheck] = [
    ServerErrorCheck(), StatusDocumentedCheck(), ContentTypeCheck(), ResponseHeadersCheck(), ResponseBodyCheck(),
    RelationsCheck(), ProblemShapeCheck(), PositiveDataCheck(), NegativeDataCheck(), MissingPartsCheck(),
    UnsupportedMethodCheck(), IgnoredAuthenticationCheck(), UseAfterDeleteCheck(), CreatedAvailableCheck(),
    IdempotentRepeatCheck(), LinksHoldCheck(), TimeBudgetCheck(),
  ]

  /// Ids and summaries of all checks, for people.
  package static var entries: [(id: String, summary: String)] { all.map { ($0.id, $0.summary) } }

  /// What all checks together say about an exchange.
  struct Judgement: Sendable {
    /// Promises that were looked at and kept.
    var kept = 0
    /// Every way in which one was broken.
    var broken: [CheckFailure] = []
  }

  /// Holds an exchange to every promise that the operation does not except.
  static func judge(_ exchange: ObservedExchange, exceptions: Set<String> = []) -> Judgement {
    var judgement = Judgement()
    for check in all where exceptions.isEmpty || !exceptions.contains(check.id) {
      switch check.judge(exchange) {
      case .notApplicable: break
      case .passed: judgement.kept += 1
      case .failed(let failures): judgement.broken += failures
      }
    }
    return judgement
  }
}
