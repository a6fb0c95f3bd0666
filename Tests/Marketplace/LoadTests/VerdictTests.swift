import HTTP
import JSON
import Testing

@testable import Load

@Suite("Verdicts") struct VerdictTests {
  private let promise = AnswerPromise.success(201, flaw: ContentChecks.members(["id": 7])).unless { $0 == .soldOut }

  private func verdict(_ response: HTTPResponse) -> Verdict { Verdict(.success(response), against: promise) }

  @Test("what was promised is kept, refusals of the game are counted apart, all else is unexpected")
  func answers() {
    #expect(verdict(ObligingGateway.json(201, ["id": 7])) == .kept(["id": 7]))
    #expect(verdict(ObligingGateway.problem(409, "insufficient-stock")) == .refused(.soldOut))
    #expect(verdict(ObligingGateway.problem(409, "already-reviewed")) == .unexpected("409 already-reviewed"))
    #expect(verdict(ObligingGateway.problem(500, "internal-error")) == .unexpected("500 internal-error"))
    #expect(verdict(HTTPResponse(status: 502)) == .unexpected("502"))
    #expect(verdict(HTTPResponse(status: 429)) == .throttled)
    #expect(verdict(HTTPResponse(status: 503)) == .unavailable)
  }

  @Test("a success with another status, other content or none is unexpected")
  func wrongSuccess() {
    #expect(verdict(ObligingGateway.json(200, ["id": 7])) == .unexpected("200 instead of 201"))
    #expect(verdict(ObligingGateway.json(201, ["id": 8])) == .unexpected("201, but id is 8 instead of 7"))
    #expect(verdict(HTTPResponse(status: 201)) == .unexpected("201 without JSON"))
    let empty = AnswerPromise.success(204)
    #expect(Verdict(.success(HTTPResponse(status: 204)), against: empty) == .kept(.null))
  }

  @Test("no answer is unexpected, with the reason")
  func noAnswer() {
    let error = HTTPError(code: .timedOut, message: "slow", url: "")
    #expect(Verdict(.failure(error), against: promise) == .unexpected("no answer: timedOut"))
  }

  @Test(
    "an order must add up",
    arguments: [
      ("12.00", "10.00", nil), ("12.01", "10.00", "the total does not add up"),
      ("13.00", "11.00", "the subtotal is not the sum of the items"), ("12", "10.00", "an amount is not money"),
    ])
  func sums(total: String, subtotal: String, flaw: String?) {
    let order: JSONValue = [
      "total_amount": .string(total), "subtotal": .string(subtotal), "tax_amount": "1.00", "shipping_amount": "3.00",
      "discount_amount": "2.00", "items": [["subtotal": "4.00"], ["subtotal": "6.00"]],
    ]
    #expect(ContentChecks.sums(of: order) == flaw)
  }

  @Test("a page must keep its filter and its limit")
  func pages() throws {
    let page = CataloguePage(category: 2, limit: 2)
    let check = ContentChecks.page(limit: page.limit, page.flaw)
    let good: JSONValue = ["id": 1, "category_id": 2]
    #expect(check(["items": [good], "next_cursor": .null]) == nil)
    #expect(
      check(["items": [["id": 1, "category_id": 3]], "next_cursor": .null]) == "product 1 is in another category")
    #expect(check(["items": [good, good], "next_cursor": .null]) == "an item is listed twice")
    #expect(check(["items": [good, good, good], "next_cursor": .null]) == "it has 3 items instead of at most 2")
    #expect(page.target == "/api/products?category_id=2&limit=2")
  }
}
