import Testing

@testable import OrderService

@Suite("Order states")
struct OrderStatusTests {
  @Test("exactly the documented steps are legal")
  func steps() {
    let legal: [OrderStatus: Set<OrderStatus>] = [
      .pending: [.paid, .cancelled],
      .paid: [.processing, .cancelled, .refunded],
      .processing: [.shipped, .cancelled, .refunded],
      .shipped: [.delivered, .refunded],
      .delivered: [.refunded],
    ]
    for from in OrderStatus.allCases {
      for to in OrderStatus.allCases {
        #expect(from.canBecome(to) == (legal[from] ?? []).contains(to), "\(from.rawValue) to \(to.rawValue)")
      }
    }
  }

  @Test("no state leads back to where an order has been")
  func hasNoCycle() {
    func reachable(from status: OrderStatus) -> Set<OrderStatus> {
      status.successors.reduce(into: status.successors) { $0.formUnion(reachable(from: $1)) }
    }
    for status in OrderStatus.allCases {
      #expect(!reachable(from: status).contains(status))
    }
  }
}
