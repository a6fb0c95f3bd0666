import Testing

@testable import Contracts

@Suite("Positive data accepted") struct PositiveDataCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = PositiveDataCheck()

  @Test(
    "statuses that speak of the request refuse data, others speak of something else",
    arguments: [
      (200, "passed"), (303, "passed"), (400, "failed"), (422, "failed"), (415, "failed"), (404, "notApplicable"),
      (409, "notApplicable"), (403, "notApplicable"), (429, "notApplicable"), (500, "notApplicable"),
    ])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .valid)
    #expect(outcome.word == expected)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 422, .scripted) == .notApplicable)
  }
}
