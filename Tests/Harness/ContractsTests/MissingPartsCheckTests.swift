import Testing

@testable import Contracts

@Suite("Missing parts refused") struct MissingPartsCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = MissingPartsCheck()

  @Test("only a 4xx refuses", arguments: [(201, "failed"), (400, "passed"), (500, "notApplicable")])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(
      of: check, status, .missing(BrokenConstraint(description: "the body", location: nil)))
    #expect(outcome.word == expected)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 200, .scripted) == .notApplicable)
  }
}
