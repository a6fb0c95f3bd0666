internal import OrderService
internal import ServiceKit

// A faulty part answers one question wrongly and passes all others on: each protocol here passes everything on, and a
// fault that adopts it says only what it does otherwise.

/// Where orders are kept, but for what a fault does otherwise.
protocol FaultyOrders: OrderRepository {
  /// The part as it should be.
  var sound: any OrderRepository { get }
}

extension FaultyOrders {
  func find(_ id: Int) async throws -> Order? { try await sound.find(id) }
  func list(_ filter: OrderFilter, below id: Int?, limit: Int) async throws -> [Order] {
    try await sound.list(filter, below: id, limit: limit)
  }
  func find(idempotencyKey key: String, of request: OrderRequest) async throws -> Order? {
    try await sound.find(idempotencyKey: key, of: request)
  }
  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) async throws -> PlacementStart {
    try await sound.enter(order, for: request, key: key)
  }
  func advance(_ id: Int, to status: OrderStatus, trackingNumber: String?) async throws -> Order {
    try await sound.advance(id, to: status, trackingNumber: trackingNumber)
  }
  func cancel(_ id: Int, through gateway: any PaymentGateway) async throws -> Order {
    try await sound.cancel(id, through: gateway)
  }
  func refund(_ id: Int, through gateway: any PaymentGateway) async throws -> Order {
    try await sound.refund(id, through: gateway)
  }
  func purchase(userUID: String, productID: Int, orderID: Int?) async throws -> Int? {
    try await sound.purchase(userUID: userUID, productID: productID, orderID: orderID)
  }
}

/// Where payments are kept, but for what a fault does otherwise.
protocol FaultyPayments: PaymentRepository {
  /// The part as it should be.
  var sound: any PaymentRepository { get }
}

extension FaultyPayments {
  func find(_ id: Int) async throws -> Payment? { try await sound.find(id) }
  func list(orderID: Int) async throws -> [Payment] { try await sound.list(orderID: orderID) }
  func pay(
    _ orderID: Int, _ request: PaymentRequest, key: String?, through gateway: any PaymentGateway
  ) async throws -> PaymentResult { try await sound.pay(orderID, request, key: key, through: gateway) }
  func refund(_ id: Int, key: String?, through gateway: any PaymentGateway) async throws -> PaymentResult {
    try await sound.refund(id, key: key, through: gateway)
  }
}

/// The catalogue, but for what a fault does otherwise.
protocol FaultyCatalogue: Catalogue {
  /// The part as it should be.
  var sound: any Catalogue { get }
}

extension FaultyCatalogue {
  func product(_ id: Int, fresh: Bool) async throws -> CatalogueProduct? { try await sound.product(id, fresh: fresh) }
  func take(_ line: OrderRequest.Line, orderID: Int) async throws -> TakeOutcome {
    try await sound.take(line, orderID: orderID)
  }
  func undoTake(_ line: OrderRequest.Line, orderID: Int) async throws -> Int {
    try await sound.undoTake(line, orderID: orderID)
  }
  func giveBack(_ line: OrderRequest.Line, orderID: Int) async throws -> Int {
    try await sound.giveBack(line, orderID: orderID)
  }
}

/// A directory in which everybody is an active user.
struct EverybodyIsAUser: UserDirectory {
  func isActiveUser(_ uid: String) -> Bool { true }
}
