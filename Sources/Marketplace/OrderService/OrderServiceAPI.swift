package import ServiceKit

/// The operations of order-service, as its OpenAPI document lists them.
package struct OrderServiceAPI: Sendable {
  let dependencies: OrderServiceDependencies
  let placement: OrderPlacement
  let settlement: SagaSettlement

  /// Serves these dependencies.
  package init(_ dependencies: OrderServiceDependencies) {
    self.dependencies = dependencies
    placement = dependencies.placement
    settlement = dependencies.settlement
  }

  /// The routes; `/health` and `/ready` are added by the host.
  package func router() -> Router {
    var router = Router()
    router.use(OrderErrors())
    addOrders(to: &router)
    addPayments(to: &router)
    addPurchases(to: &router)
    return router
  }

  /// An order that the caller may see: 404 when there is none, 403 when it is somebody else's.
  func order(_ id: Int, for caller: Caller) async throws -> Order {
    guard let order = try await dependencies.orders.find(id) else { throw OrderError.unknownOrder(id: id) }
    try caller.requireAccess(to: order.userUID)
    return order
  }
}
