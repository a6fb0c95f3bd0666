import RunModel
import Testing

@testable import Contracts

@Suite("Use after delete") struct UseAfterDeleteCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = UseAfterDeleteCheck()

  @Test(
    "what was deleted is gone", arguments: [(200, "failed"), (404, "passed"), (410, "passed"), (500, "notApplicable")])
  func judged(status: Int, expected: String) throws {
    let outcome = try Sample.outcome(of: check, status, .deleted)
    #expect(outcome.word == expected)
  }

  @Test("other requests are not its concern")
  func others() throws {
    #expect(try Sample.outcome(of: check, 200, .scripted) == .notApplicable)
  }

  @Test("a document can except an operation with a reason")
  func excepted() throws {
    let linked = try Sample.linked("deleteThing")
    #expect(linked.settings.reasons == ["use-after-delete": "things are kept"])
    let exchange = try Sample.exchange("deleteThing", 204, .deleted)
    #expect(CheckCatalog.judge(exchange).broken.map(\.check) == ["use-after-delete"])
    #expect(CheckCatalog.judge(exchange, exceptions: linked.settings.exceptedChecks).broken.isEmpty)
  }
}
