import Testing

@testable import Contracts

@Suite("Ignored authentication") struct IgnoredAuthenticationCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = IgnoredAuthenticationCheck()

  @Test(
    "without credentials nothing succeeds",
    arguments: [(200, "failed"), (401, "passed"), (403, "passed"), (404, "passed"), (500, "notApplicable")])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .unauthenticated("without credentials"))
    #expect(outcome.word == expected)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 200, .scripted) == .notApplicable)
  }
}
