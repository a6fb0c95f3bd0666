internal import ServiceKit

/// Which orders a list shows.
package struct OrderFilter: Sendable, Hashable {
  /// Of this buyer.
  package var userUID: String?
  /// In this state.
  package var status: OrderStatus?
}

/// What became of the attempt to enter a new order.
package enum PlacementStart: Sendable {
  /// The order is in the database, PENDING, and its saga with it: stock may be taken.
  case entered(Order)
  /// The key made this order before.
  case replay(Order)
}

/// Where orders are kept.
package protocol OrderRepository: Sendable {
  /// One order.
  func find(_ id: Int) async throws -> Order?
  /// Lists orders, newest first, starting below an id.
  func list(_ filter: OrderFilter, below id: Int?, limit: Int) async throws -> [Order]
  /// The order that an idempotency key already made; throws ``OrderError`` when the key is in use or was used otherwise.
  func find(idempotencyKey key: String, of request: OrderRequest) async throws -> Order?
  /// Enters an order with its items, its key and a `placing` saga, all or nothing.
  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) async throws -> PlacementStart
  /// Moves an order to a state that needs no payment and moves no stock; throws ``OrderError``.
  func advance(_ id: Int, to status: OrderStatus, trackingNumber: String?) async throws -> Order
  /// Cancels an order, refunds its payments, and enters a `releasing` saga; throws ``OrderError``.
  func cancel(_ id: Int, through gateway: any PaymentGateway) async throws -> Order
  /// Refunds an order and its payments, and enters a `releasing` saga; throws ``OrderError``.
  func refund(_ id: Int, through gateway: any PaymentGateway) async throws -> Order
  /// The newest paid and standing order of a user that contains a product; `orderID` narrows it to one.
  func purchase(userUID: String, productID: Int, orderID: Int?) async throws -> Int?
}
