import Testing

@testable import Contracts

@Suite("Problem shape") struct ProblemShapeCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = ProblemShapeCheck()

  private func messages(_ body: String, type: String = "application/problem+json; charset=utf-8") throws -> [String] {
    try Sample.outcome(of: check, 404, .scripted, headers: [("Content-Type", type)], body: body).messages
  }

  @Test(
    "members have their types, and the status is that of the answer",
    arguments: [
      (#"{"type": "about:blank", "title": "T", "status": 404, "detail": "d", "instance": "/x", "more": 1}"#, []),
      ("{}", []), (#"{"status": 4.04e2}"#, []),
      (#"{"status": 400}"#, ["'status' of a problem repeats the status of the answer"]),
      (#"{"status": "404"}"#, ["'status' of a problem repeats the status of the answer"]),
      (#"{"title": 1, "detail": null}"#, ["'title' of a problem is a text", "'detail' of a problem is a text"]),
      ("[]", ["a problem is an object"]),
    ])
  func shape(body: String, expected: [String]) throws {
    #expect(try messages(body) == expected)
  }

  @Test("bodies of other types are not its concern")
  func others() throws {
    #expect(try messages("[]", type: "application/json") == [])
  }
}
