import ServiceKit

@testable import OrderService

/// Dependencies that answer "nothing there": for tests of what happens before anything is asked.
struct NothingThere: OrderRepository, UserDirectory, Catalogue {
  func find(_ id: Int) -> Order? { nil }
  func list(_ filter: OrderFilter, below id: Int?, limit: Int) -> [Order] { [] }
  func find(idempotencyKey key: String, of request: OrderRequest) -> Order? { nil }
  func enter(_ order: PricedOrder, for request: OrderRequest, key: String?) throws -> PlacementStart {
    throw OrderError.placementInProgress
  }
  func advance(_ id: Int, to status: OrderStatus, trackingNumber: String?) throws -> Order {
    throw OrderError.unknownOrder(id: id)
  }
  func cancel(_ id: Int, through gateway: any PaymentGateway) throws -> Order { throw OrderError.unknownOrder(id: id) }
  func refund(_ id: Int, through gateway: any PaymentGateway) throws -> Order { throw OrderError.unknownOrder(id: id) }
  func purchase(userUID: String, productID: Int, orderID: Int?) -> Int? { nil }
  func isActiveUser(_ uid: String) -> Bool { false }
  func product(_ id: Int, fresh: Bool) -> CatalogueProduct? { nil }
  func take(_ line: OrderRequest.Line, orderID: Int) -> TakeOutcome { .unknownProduct }
  func undoTake(_ line: OrderRequest.Line, orderID: Int) -> Int { 0 }
  func giveBack(_ line: OrderRequest.Line, orderID: Int) -> Int { 0 }
}

/// An order database without payments.
struct NoPayments: PaymentRepository {
  func find(_ id: Int) -> Payment? { nil }
  func list(orderID: Int) -> [Payment] { [] }
  func pay(
    _ orderID: Int, _ request: PaymentRequest, key: String?, through gateway: any PaymentGateway
  ) throws -> PaymentResult {
    throw OrderError.unknownOrder(id: orderID)
  }
  func refund(_ id: Int, key: String?, through gateway: any PaymentGateway) throws -> PaymentResult {
    throw OrderError.unknownPayment(id: id)
  }
}

/// An order database without sagas.
struct NoSagas: SagaRepository {
  func completePlacement(_ orderID: Int) -> Bool { false }
  func abandonPlacement(_ orderID: Int, untouched: Set<Int>) -> Bool { false }
  func claimDue(limit: Int) -> [ClaimedSaga] { [] }
  func claim(_ orderID: Int) -> ClaimedSaga? { nil }
  func openSteps(_ orderID: Int) -> [OrderRequest.Line] { [] }
  func settle(_ orderID: Int, productID: Int, returned: Int) {}
  func finish(_ orderID: Int) {}
  func postpone(_ orderID: Int, by delay: Duration, reason: String) {}
}

extension OrderServiceDependencies {
  static var unused: Self {
    Self(
      orders: NothingThere(), payments: NoPayments(), sagas: NoSagas(), users: NothingThere(),
      catalogue: NothingThere(), gateway: SimulatedGateway(ids: RandomIDGenerator()),
      logger: ServiceLog.logger(service: "test"))
  }
}
