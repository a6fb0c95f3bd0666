import Testing

@testable import Contracts

@Suite("Server error") struct ServerErrorCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = ServerErrorCheck()

  @Test(
    "a generated request never makes the service fail",
    arguments: [(200, "passed"), (404, "passed"), (500, "failed"), (503, "failed")])
  func generated(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .valid)
    #expect(outcome.word == expected)
  }

  @Test(
    "a workflow may provoke a documented 503, never a 500",
    arguments: [(503, "passed"), (500, "failed"), (502, "failed")])
  func scripted(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .scripted)
    #expect(outcome.word == expected)
  }

  @Test("501 is an answer to a method", arguments: [(501, "passed"), (500, "failed")])
  func method(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .undocumentedMethod(documented: ["GET"]))
    #expect(outcome.word == expected)
  }
}
