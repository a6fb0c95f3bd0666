internal import OrderService
internal import Postgres
internal import ServiceKit

/// Writes a total that nobody has to pay for shipping.
struct ForgetsShipping: FaultyOrders {
  let sound: any OrderRepository

  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) async throws -> PlacementStart {
    var order = order
    order.amounts.total = order.amounts.total.subtracting(order.amounts.shipping) ?? order.amounts.total
    return try await sound.enter(order, for: request, key: key)
  }
}

/// Writes only the first line of an order.
struct LosesLines: FaultyOrders {
  let sound: any OrderRepository

  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) async throws -> PlacementStart {
    var order = order
    order.lines.removeLast(order.lines.count - 1)
    return try await sound.enter(order, for: request, key: key)
  }
}

/// Writes the uid of a buyer in lower case.
struct LowerCasesBuyers: FaultyOrders {
  let sound: any OrderRepository

  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) async throws -> PlacementStart {
    let buyer = OrderRequest(
      userUID: request.userUID.lowercased(), lines: request.lines, paymentMethod: request.paymentMethod,
      shippingMethod: request.shippingMethod)
    return try await sound.enter(order, for: buyer, key: key)
  }
}

/// Computes taxes in binary floating point, and cuts what is below a cent.
struct CutsTaxes: FaultyOrders {
  let sound: any OrderRepository

  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) async throws -> PlacementStart {
    var order = order
    for (index, line) in order.lines.enumerated() {
      let net = Double(line.subtotal.minorUnits - line.discount.minorUnits)
      guard let tax = Money(minorUnits: Int64(net * 0.0825)), let saved = line.tax.subtracting(tax) else { continue }
      order.lines[index].tax = tax
      order.lines[index].finalPrice = line.finalPrice.subtracting(saved) ?? line.finalPrice
      order.amounts.tax = order.amounts.tax.subtracting(saved) ?? order.amounts.tax
      order.amounts.total = order.amounts.total.subtracting(saved) ?? order.amounts.total
    }
    return try await sound.enter(order, for: request, key: key)
  }
}

/// Writes a status as no program reads it.
struct WritesLowerCase: FaultyOrders {
  let sound: any OrderRepository
  let database: ServiceDatabase

  func cancel(_ id: Int, through gateway: any PaymentGateway) async throws -> Order {
    _ = try await sound.cancel(id, through: gateway)
    _ = try await database.query("UPDATE orders SET status = 'cancelled' WHERE id = \(id)::int")
    guard let order = try await sound.find(id) else { throw OrderError.unknownOrder(id: id) }
    return order
  }
}

/// Deletes an order with its cancellation.
struct DeletesCancelled: FaultyOrders {
  let sound: any OrderRepository
  let database: ServiceDatabase

  func cancel(_ id: Int, through gateway: any PaymentGateway) async throws -> Order {
    let order = try await sound.cancel(id, through: gateway)
    _ = try await database.query("DELETE FROM orders WHERE id = \(id)::int")
    return order
  }
}

/// Says that a payment was refunded, and leaves it completed.
struct KeepsPayments: FaultyPayments {
  let sound: any PaymentRepository
  let database: ServiceDatabase

  func refund(_ id: Int, key: String?, through gateway: any PaymentGateway) async throws -> PaymentResult {
    let refunded = try await sound.refund(id, key: key, through: gateway)
    _ = try await database.query("UPDATE payments SET status = 'COMPLETED' WHERE id = \(id)::int")
    return refunded
  }
}
