import JSON
import Postgres
import ServiceKit
import ServiceTesting
import Testing

@testable import OrderService

@Suite("Orders under failure")
struct SagaTests {
  private static let steps = ["/products/1/decrement-stock", "/products/5/decrement-stock"]

  /// Lets the worker run until nothing is owed, moving the clock past every delay.
  private func settle(_ shop: Shop) async throws {
    for _ in 0..<20 where try await shop.orderCount("SELECT COUNT(*) FROM order_sagas") > 0 {
      shop.clock.advance(by: .seconds(31))
      await shop.worker.settleDue()
    }
  }

  @Test(
    "whatever fails while stock is taken, and even if the way back fails too, in the end everything agrees",
    arguments: BreakableNetwork.Fault.allCases, [0, 1])
  func placementFails(fault: BreakableNetwork.Fault, step: Int) async throws {
    let shop = try await Shop()
    shop.network.fail(Self.steps[step], fault)
    shop.network.fail("restore-stock", .refused, times: 2)
    let answer = try await shop.order([(1, 2), (5, 3)])
    #expect(answer.status == 503)
    shop.network.heal()
    try await settle(shop)
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.stock(5) == 300)
    #expect(try await shop.inconsistencies() == [])
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM orders WHERE status <> 'CANCELLED'") == 0)
    // A request that was lost on the way arrives after all was settled: it must find the door closed.
    await shop.network.deliverLost()
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.stock(5) == 300)
  }

  @Test("a retry that finds nobody does not hide that the first attempt acted")
  func remembersFirstAttempt() async throws {
    let shop = try await Shop()
    shop.network.fail(Self.steps[0], .answerLost, times: 1)
    shop.network.fail(Self.steps[0], .refused)
    #expect(try await shop.order([(1, 2), (5, 3)]).status == 503)
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("a lost answer is asked for again under the same key, and the order stands")
  func retries() async throws {
    let shop = try await Shop()
    for fault in [BreakableNetwork.Fault.answerLost, .brokenAfterActing, .lost, .error503] {
      shop.network.fail(Self.steps[0], fault, times: 1)
      #expect(try await shop.order([(1, 2), (5, 3)]).status == 201)
    }
    await shop.network.deliverLost()
    #expect(try await shop.stock(1) == 42)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("an order for which nothing was taken leaves no row behind")
  func leavesNothing() async throws {
    let shop = try await Shop()
    shop.network.fail(Self.steps[0], .refused)
    #expect(try await shop.order([(1, 2), (5, 3)], key: "k").status == 503)
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM orders") == 0)
    #expect(try await shop.inconsistencies() == [])
    shop.network.heal()
    #expect(try await shop.order([(1, 2), (5, 3)], key: "k").status == 201)
  }

  @Test("a process that dies while placing leaves a saga that the next one undoes", arguments: [0, 1, 2])
  func placementDies(taken: Int) async throws {
    let shop = try await Shop()
    let request = OrderRequest(
      userUID: "alice", lines: [.init(productID: 1, quantity: 2), .init(productID: 5, quantity: 3)])
    let priced = try #require(
      Pricing.standard.price(
        [
          .init(productID: 1, name: "a", unitPrice: .zero, quantity: 2),
          .init(productID: 5, name: "b", unitPrice: .zero, quantity: 3),
        ], shipping: .standard))
    guard case .entered(let order) = try await shop.orderRepository.enter(priced, for: request, key: "k") else {
      Issue.record("the order was not entered")
      return
    }
    for line in request.lines.prefix(taken) {
      #expect(try await shop.catalogue.take(line, orderID: order.id) == .taken)
    }
    // Here the process died. Nobody may touch the order while its lease lasts: it could still be alive.
    #expect(await shop.worker.settleDue() == 0)
    #expect(try await shop.call("POST", "/orders/\(order.id)/cancel").kind == "order-being-placed")
    #expect(
      try await shop.call("POST", "/orders/\(order.id)/payments", ["amount": "5.99"]).kind == "order-being-placed")
    #expect(try await shop.order([(1, 2), (5, 3)], key: "k").kind == "order-being-placed")
    shop.clock.advance(by: Shop.lease)
    #expect(await shop.worker.settleDue() == 1)
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.stock(5) == 300)
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM orders") == (taken == 0 ? 0 : 1))
    #expect(try await shop.inconsistencies() == [])
    // It was alive after all, only slow: it must not complete what was given up, nor take what was given back.
    #expect(try await shop.sagas.completePlacement(order.id) == false)
    for line in request.lines {
      #expect(try await shop.catalogue.take(line, orderID: order.id) == .reversed)
    }
    #expect(try await shop.stock(1) == 50)
  }

  @Test(
    "a cancellation stands although product-service is away, and the stock follows",
    arguments: BreakableNetwork.Fault.allCases)
  func cancellationFails(fault: BreakableNetwork.Fault) async throws {
    let shop = try await Shop()
    let path = try #require(try await shop.order([(1, 2), (5, 3)]).location)
    shop.network.fail("/products/5/restore-stock", fault)
    let answer = try await shop.call("POST", "\(path)/cancel")
    #expect(answer.status == 200)
    #expect(answer.body["status"] == "CANCELLED")
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.orderCount("SELECT attempts FROM order_sagas") == 1)
    shop.network.heal()
    #expect(await shop.worker.settleDue() == 0)
    try await settle(shop)
    await shop.network.deliverLost()
    #expect(try await shop.stock(5) == 300)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("two workers on one saga settle it once")
  func workersMeet() async throws {
    let shop = try await Shop()
    shop.network.fail("restore-stock", .refused)
    let path = try #require(try await shop.order([(1, 2)]).location)
    try await shop.call("POST", "\(path)/cancel")
    shop.network.heal()
    shop.clock.advance(by: .seconds(60))
    async let one = shop.worker.settleDue()
    async let other = shop.worker.settleDue()
    #expect(await one + other == 1)
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("a product that is gone for good does not keep a saga alive")
  func productIsGone() async throws {
    let shop = try await Shop()
    let path = try #require(try await shop.order([(1, 2), (5, 3)]).location)
    _ = try await shop.productCount(
      "WITH gone AS (DELETE FROM products WHERE id = 1 RETURNING 1) SELECT COUNT(*) FROM gone")
    #expect(try await shop.call("POST", "\(path)/cancel").status == 200)
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM order_sagas") == 0)
    #expect(try await shop.stock(5) == 300)
  }
}
