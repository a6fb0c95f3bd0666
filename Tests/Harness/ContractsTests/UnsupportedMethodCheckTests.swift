import Testing

@testable import Contracts

@Suite("Unsupported method") struct UnsupportedMethodCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = UnsupportedMethodCheck()

  @Test(
    "405 is right, 501 and a demand for credentials may come instead",
    arguments: [
      (405, "passed"), (501, "passed"), (401, "passed"), (200, "failed"), (404, "failed"), (429, "notApplicable"),
    ])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .undocumentedMethod(documented: []))
    #expect(outcome.word == expected)
  }

  @Test(
    "a 405 names all methods of the path",
    arguments: [
      ("GET, DELETE", []), ("get,delete,HEAD", []), ("GET", ["Allow does not name all documented methods"]),
      ("", ["a 405 must name the methods that the path has"]),
    ])
  func allow(value: String, messages: [String]) throws {
    let outcome = try Sample.outcome(
      of: check, 405, .undocumentedMethod(documented: ["DELETE", "GET"]),
      headers: value.isEmpty ? [] : [("Allow", value)])
    #expect(outcome.messages == messages)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 200, .scripted) == .notApplicable)
  }
}
