import FaultRelay
import HTTP
import ScratchPostgres
import Testing

@Suite("The circuit", .enabled(if: ScratchServer.obstacle == nil))
struct CircuitTests {
  @Test(
    "calls of a neighbour that hangs fail without asking it after a few, and orders succeed again once it answers",
    arguments: [Link.ordersToUsers, .ordersToProducts])
  func opensAndCloses(link: Link) async throws {
    try await MarketplaceStack.run { stack in
      let buyer = try await Buyer.open(stack)
      let relay = stack.relay(link.dependency)
      #expect(await buyer.order(key: "before")?.status == 201)
      let order = try await stack.ledger.newestOrder()
      relay.hang()
      // Enough to open the circuit: three attempts each, and five failures in a row are the limit.
      for number in 0..<2 { #expect(await buyer.order(key: "hanging-\(number)")?.status == 503) }
      // A single call may probe the neighbour each time that a pause is over; all others must not reach it.
      let asked = relay.passages
      let attempts = 60
      for number in 0..<attempts {
        let answer = await buyer.order(key: "open-\(number)")
        #expect(answer?.status == 503 && answer?.headers["Retry-After"] == "1")
      }
      #expect(relay.passages - asked < attempts / 2)
      relay.release()
      try await stack.poll("orders succeed again") { await buyer.order(key: "after")?.status == 201 }
      try await stack.awaitQuiet()
      #expect(try await stack.ledger.orders(after: order).count == 1)
      #expect(try await stack.ledger.inconsistencies() == [])
    }
  }
}
