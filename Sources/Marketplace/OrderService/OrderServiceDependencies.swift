/// Everything that order-service needs from outside.
///
/// Each part is a protocol, so another can be composed in.
package struct OrderServiceDependencies: Sendable {
  /// Where orders are kept.
  package var orders: any OrderRepository
  /// Where payments are kept.
  package var payments: any PaymentRepository
  /// How orders are placed.
  package var placement: OrderPlacement
  /// How stock is given back.
  package var settlement: SagaSettlement
  /// Who moves money.
  package var gateway: any PaymentGateway

  /// Puts the parts together.
  package init(
    orders: any OrderRepository, payments: any PaymentRepository, placement: OrderPlacement,
    settlement: SagaSettlement, gateway: any PaymentGateway
  ) {
    self.orders = orders
    self.payments = payments
    self.placement = placement
    self.settlement = settlement
    self.gateway = gateway
  }
}
