import Testing

@testable import Contracts

@Suite("Links hold") struct LinksHoldCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = LinksHoldCheck()

  @Test(
    "a link leads to a success",
    arguments: [
      (200, "passed"), (404, "failed"), (400, "failed"), (403, "notApplicable"), (409, "notApplicable"),
      (500, "notApplicable"),
    ])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .linked(name: "next"))
    #expect(outcome.word == expected)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 404, .scripted) == .notApplicable)
  }
}
