import Testing

@testable import Contracts

@Suite("Idempotent repeat") struct IdempotentRepeatCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = IdempotentRepeatCheck()

  @Test(
    "the second request succeeds as the first did",
    arguments: [(200, "passed"), (204, "passed"), (404, "failed"), (409, "failed"), (500, "notApplicable")])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .repeated(status: 200))
    #expect(outcome.word == expected)
  }

  @Test(
    "a second DELETE may find nothing", arguments: [(204, "passed"), (404, "passed"), (410, "passed"), (409, "failed")])
  func deleted(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, operation: "deleteThing", status, .repeated(status: 204))
    #expect(outcome.word == expected)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 409, .scripted) == .notApplicable)
  }
}
