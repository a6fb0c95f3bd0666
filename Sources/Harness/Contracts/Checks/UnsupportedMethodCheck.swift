import HTTP
import OpenAPI
import RunModel

/// A documented path refuses the methods that it does not have with 405, and names those that it has.
///
/// RFC 9110 section 15.5.6 demands `Allow` in a 405; section 15.6.2 leaves 501 for methods that a server does not know.
/// Who must authenticate first may be told that instead.
struct UnsupportedMethodCheck: ExchangeCheck {
  let id = "unsupported-method"
  let summary = "a documented path answers other methods with 405 and Allow"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard case .undocumentedMethod(let documented) = exchange.intent else { return .notApplicable }
    switch exchange.status {
    case 405:
      let allowed = exchange.headers.values("Allow").joined(separator: ", ")
      let names = allowed.split(separator: ",").map { $0.drop { $0 == " " }.prefix { $0 != " " }.uppercased() }
      let missing = documented.filter { !names.contains($0) }
      guard !missing.isEmpty else { return .passed }
      return .failed([
        CheckFailure(
          check: id, subject: .header("Allow"),
          message: allowed.isEmpty
            ? "a 405 must name the methods that the path has" : "Allow does not name all documented methods",
          expectation: exchange.operation.location, expected: documented.joined(separator: ", "),
          actual: allowed.isEmpty ? "no Allow" : allowed)
      ])
    case 501, 401, 403: return .passed
    case 429, 502...599: return .notApplicable
    default:
      return .failed([
        CheckFailure(
          check: id, subject: .status, message: "a method that the path does not have was not answered with 405",
          expectation: exchange.operation.location, expected: "405", actual: "\(exchange.status)")
      ])
    }
  }
}
