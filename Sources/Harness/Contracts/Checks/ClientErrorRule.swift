import RunModel

/// The rule of all checks that want a request refused: 4xx is right, success is wrong, and 5xx is the concern of
/// ``ServerErrorCheck``.
enum ClientErrorRule {
  /// Judges an answer to a request that should be refused.
  static func outcome(of exchange: ObservedExchange, failure: () -> CheckFailure) -> CheckOutcome {
    // Where somebody counts requests, being told to wait says nothing about this one.
    if exchange.status >= 500 || exchange.status == 429 { return .notApplicable }
    return (400..<500).contains(exchange.status) ? .passed : .failed([failure()])
  }
}
