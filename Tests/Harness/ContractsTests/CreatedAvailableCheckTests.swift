import Testing

@testable import Contracts

@Suite("Created is available") struct CreatedAvailableCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = CreatedAvailableCheck()

  @Test(
    "what was created can be read",
    arguments: [(200, "passed"), (404, "failed"), (400, "failed"), (403, "notApplicable"), (500, "notApplicable")])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .created)
    #expect(outcome.word == expected)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 404, .scripted) == .notApplicable)
  }
}
