import JSON
import Postgres
import ServiceTesting
import Testing

@Suite("The life of an order")
struct LifeCycleTests {
  @Test("an order is paid, processed, shipped and delivered")
  func goesAllTheWay() async throws {
    let shop = try await Shop()
    let order = try await shop.order([(1, 1)])
    let path = try #require(order.location)
    #expect(try await shop.call("PATCH", "\(path)/status", ["status": "PAID"]).kind == "payment-missing")
    #expect(try await shop.call("PATCH", "\(path)/status", ["status": "SHIPPED"]).kind == "illegal-order-step")
    let payment = try await shop.call(
      "POST", "\(path)/payments", ["amount": order.body["total_amount"] ?? .null, "payment_method": "paypal"])
    #expect(payment.status == 201)
    #expect(payment.body["status"] == "COMPLETED")
    #expect(payment.body["gateway_response"]?["approved"] == true)
    #expect(payment.body["gateway_response"]?["transaction_id"] == payment.body["transaction_id"])
    let paid = try await shop.call("GET", path).body
    #expect(paid["status"] == "PAID")
    #expect(paid["payment_status"] == "paid")
    #expect(paid["payment_method"] == "paypal")
    #expect(try await shop.call("PATCH", "\(path)/status", ["status": "PROCESSING"]).status == 200)
    #expect(
      try await shop.call("PATCH", "\(path)/status", ["status": "DELIVERED", "tracking_number": "T"]).violations
        == ["#/tracking_number"])
    let shipped = try await shop.call("PATCH", "\(path)/status", ["status": "SHIPPED", "tracking_number": "T-1"])
    #expect(shipped.body["tracking_number"] == "T-1")
    #expect(try await shop.call("POST", "\(path)/cancel").kind == "illegal-order-step")
    let delivered = try await shop.call("PATCH", "\(path)/status", ["status": "DELIVERED"])
    #expect(delivered.body["status"] == "DELIVERED")
    #expect(delivered.body["tracking_number"] == "T-1")
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("only the amount due is taken, and only once")
  func takesTheAmountDue() async throws {
    let shop = try await Shop()
    let order = try await shop.order([(5, 1)])
    let path = try #require(order.location)
    #expect(order.body["total_amount"] == "33.00")
    #expect(try await shop.call("POST", "\(path)/payments", ["amount": "32.99"]).kind == "amount-mismatch")
    #expect(try await shop.call("POST", "\(path)/payments", ["amount": 33]).violations == ["#/amount"])
    #expect(
      try await shop.call("POST", "\(path)/payments", ["amount": "33.00", "currency": "EUR"]).violations
        == ["#/currency"])
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<6 { group.addTask { try await shop.call("POST", "\(path)/payments", ["amount": "33.00"]).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.sorted() == [201, 409, 409, 409, 409, 409])
    #expect(try await shop.call("GET", "\(path)/payments").body["items"]?.arrayValue?.count == 1)
    #expect(try await shop.call("POST", "/orders/99/payments", ["amount": "33.00"]).status == 404)
  }

  @Test("a declined card leaves a failed payment and an order that can still be paid")
  func survivesADeclinedCard() async throws {
    let shop = try await Shop()
    let path = try #require(try await shop.order([(5, 1)]).location)
    let declined = try await shop.call(
      "POST", "\(path)/payments", ["amount": "33.00", "payment_method": "declined_card"])
    #expect(declined.status == 201)
    #expect(declined.body["status"] == "FAILED")
    let order = try await shop.call("GET", path).body
    #expect(order["status"] == "PENDING")
    #expect(order["payment_status"] == "failed")
    #expect(try await shop.call("POST", "\(path)/payments", ["amount": "33.00"]).body["status"] == "COMPLETED")
    #expect(try await shop.call("GET", path).body["payment_status"] == "paid")
  }

  @Test("a refund returns the money and the goods, once")
  func refunds() async throws {
    let shop = try await Shop()
    let (path, payment) = try await shop.paidOrder([(1, 2)])
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 { group.addTask { try await shop.call("POST", "/payments/\(payment)/refund").status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.sorted() == [200, 409, 409, 409])
    let order = try await shop.call("GET", path).body
    #expect(order["status"] == "REFUNDED")
    #expect(order["payment_status"] == "refunded")
    let payments = try await shop.call("GET", "\(path)/payments").body["items"]
    #expect(payments?[0]?["status"] == "REFUNDED")
    #expect(payments?[0]?["gateway_response"]?["refund"]?["amount"] == payments?[0]?["amount"])
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.call("POST", "/payments/999/refund").status == 404)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("many cancellations at once cancel once, and a paid order is refunded by it")
  func cancelsOnce() async throws {
    let shop = try await Shop()
    let (path, _) = try await shop.paidOrder([(1, 2), (5, 3)])
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<6 { group.addTask { try await shop.call("POST", "\(path)/cancel").status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.sorted() == [200, 409, 409, 409, 409, 409])
    let order = try await shop.call("GET", path).body
    #expect(order["status"] == "CANCELLED")
    #expect(order["payment_status"] == "refunded")
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.stock(5) == 300)
    #expect(try await shop.inconsistencies() == [])
  }

  @Test("a cancelled order takes no step and no payment")
  func staysCancelled() async throws {
    let shop = try await Shop()
    let path = try #require(try await shop.order([(5, 1)]).location)
    #expect(try await shop.call("PATCH", "\(path)/status", ["status": "CANCELLED"]).body["status"] == "CANCELLED")
    #expect(try await shop.stock(5) == 300)
    for status in ["PENDING", "PAID", "PROCESSING", "CANCELLED", "REFUNDED"] {
      let answer = try await shop.call("PATCH", "\(path)/status", ["status": .string(status)])
      #expect(answer.kind == "illegal-order-step")
    }
    #expect(try await shop.call("POST", "\(path)/payments", ["amount": "33.00"]).kind == "order-not-payable")
  }

  @Test("an order of nothing needs no payment")
  func freeOrder() async throws {
    let shop = try await Shop()
    await shop.changeProduct(5, ["price": "0.00"])
    let order = try await shop.call(
      "POST", "/orders",
      ["user_uid": "alice", "items": [["product_id": 5, "quantity": 1]], "shipping_method": "pickup"])
    #expect(order.body["total_amount"] == "0.00")
    let path = try #require(order.location)
    #expect(try await shop.call("PATCH", "\(path)/status", ["status": "PAID"]).body["payment_status"] == "paid")
  }

  @Test("a purchase is verified while it is paid and stands")
  func verifies() async throws {
    let shop = try await Shop()
    func verdict(_ query: String) async throws -> JSONValue {
      try await shop.call("GET", "/purchases/verify?\(query)").body
    }
    let no: JSONValue = ["verified": false, "order_id": nil]
    _ = try await shop.order([(1, 1)])
    #expect(try await verdict("user_uid=alice&product_id=1") == no)
    let (path, _) = try await shop.paidOrder([(1, 1)])
    #expect(try await verdict("user_uid=alice&product_id=1") == ["verified": true, "order_id": 2])
    #expect(try await verdict("user_uid=alice&product_id=1&order_id=2") == ["verified": true, "order_id": 2])
    #expect(try await verdict("user_uid=alice&product_id=1&order_id=1") == no)
    #expect(try await verdict("user_uid=alice&product_id=5") == no)
    #expect(try await verdict("user_uid=bob&product_id=1") == no)
    try await shop.call("POST", "\(path)/cancel")
    #expect(try await verdict("user_uid=alice&product_id=1") == no)
    let missing = try await shop.call("GET", "/purchases/verify?order_id=x&extra=1")
    #expect(Set(missing.violations) == ["user_uid", "product_id", "order_id", "extra"])
  }

  @Test("a payment under one key is made once, however many send it at once")
  func repeatedPayment() async throws {
    let shop = try await Shop()
    let order = try await shop.order([(5, 1)])
    let path = try #require(order.location)
    let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
      for _ in 0..<6 {
        group.addTask {
          try await shop.call("POST", "\(path)/payments", ["amount": "33.00"], headers: [("Idempotency-Key", "k")])
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.map(\.status) == Array(repeating: 201, count: 6))
    #expect(Set(answers.map { $0.body["id"]?.intValue }).count == 1)
    #expect(answers.filter { $0.header("Idempotency-Replayed") == "false" }.count == 1)
    #expect(try await shop.orderCount("SELECT COUNT(*) FROM payments") == 1)
    let other = try await shop.call("POST", "\(path)/payments", ["amount": "1.00"], headers: [("Idempotency-Key", "k")])
    #expect(other.kind == "idempotency-key-reused")
  }

  @Test("a refund under one key gives everything back once, and the key of a payment is none for it")
  func repeatedRefund() async throws {
    let shop = try await Shop()
    let (path, payment) = try await shop.paidOrder([(1, 2)])
    let key = [("Idempotency-Key", "k")]
    for replayed in ["false", "true"] {
      let refund = try await shop.call("POST", "/payments/\(payment)/refund", headers: key)
      #expect(refund.status == 200)
      #expect(refund.body["status"] == "REFUNDED")
      #expect(refund.header("Idempotency-Replayed") == replayed)
    }
    #expect(try await shop.stock(1) == 50)
    #expect(try await shop.call("POST", "\(path)/payments", ["amount": "1.00"], headers: key).status == 422)
    #expect(
      try await shop.call("POST", "/payments/\(payment)/refund", headers: [("Idempotency-Key", "a b")]).status == 422)
    #expect(try await shop.inconsistencies() == [])
  }
}
