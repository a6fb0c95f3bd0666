import Testing

@testable import OrderService

@Suite("Order requests")
struct OrderRequestTests {
  private typealias Line = OrderRequest.Line

  @Test("lines of one product become one, sorted by product")
  func merges() {
    let request = OrderRequest(
      userUID: "u",
      lines: [Line(productID: 9, quantity: 1), Line(productID: 2, quantity: 2), Line(productID: 9, quantity: 3)])
    #expect(request.lines == [Line(productID: 2, quantity: 2), Line(productID: 9, quantity: 4)])
  }

  @Test("the same order written differently has the same fingerprint, another order another")
  func fingerprints() {
    let order = OrderRequest(userUID: "u", lines: [Line(productID: 1, quantity: 1), Line(productID: 2, quantity: 1)])
    let turned = OrderRequest(userUID: "u", lines: [Line(productID: 2, quantity: 1), Line(productID: 1, quantity: 1)])
    #expect(order.fingerprint == turned.fingerprint)
    for other in [
      OrderRequest(userUID: "u", lines: [Line(productID: 1, quantity: 2), Line(productID: 2, quantity: 1)]),
      OrderRequest(userUID: "u", lines: order.lines, paymentMethod: .card),
      OrderRequest(userUID: "u", lines: order.lines, shippingMethod: .pickup),
    ] {
      #expect(other.fingerprint != order.fingerprint)
    }
  }
}
