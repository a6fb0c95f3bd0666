import Testing

@testable import Contracts

@Suite("Negative data refused") struct NegativeDataCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = NegativeDataCheck()

  private let intent = RequestIntent.invalid(
    BrokenConstraint(description: "query limit: above maximum 10", location: nil))

  @Test(
    "only a 4xx refuses",
    arguments: [
      (200, "failed"), (302, "failed"), (400, "passed"), (404, "passed"), (422, "passed"), (429, "notApplicable"),
      (500, "notApplicable"),
    ])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, intent)
    #expect(outcome.word == expected)
  }

  @Test("the failure names what was broken")
  func names() throws {
    #expect(
      try Sample.outcome(of: check, 200, intent).messages == [
        "a request that the document does not allow was accepted: query limit: above maximum 10"
      ])
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 200, .scripted) == .notApplicable)
  }
}
