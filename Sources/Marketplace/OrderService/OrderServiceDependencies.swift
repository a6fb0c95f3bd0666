package import Logging
package import ServiceKit

/// Everything that order-service needs from outside.
///
/// Each part is a protocol, so another can be composed in.
package struct OrderServiceDependencies: Sendable {
  /// Where orders are kept.
  package var orders: any OrderRepository
  /// Where payments are kept.
  package var payments: any PaymentRepository
  /// Where sagas are kept.
  package var sagas: any SagaRepository
  /// Who may order.
  package var users: any UserDirectory
  /// What can be ordered, and its stock.
  package var catalogue: any Catalogue
  /// What an order comes to.
  package var pricing: Pricing
  /// Who moves money.
  package var gateway: any PaymentGateway
  /// Where failures that nobody waits for are told.
  package var logger: Logger

  /// Puts the parts together.
  package init(
    orders: any OrderRepository, payments: any PaymentRepository, sagas: any SagaRepository,
    users: any UserDirectory, catalogue: any Catalogue, pricing: Pricing = .standard, gateway: any PaymentGateway,
    logger: Logger
  ) {
    self.orders = orders
    self.payments = payments
    self.sagas = sagas
    self.users = users
    self.catalogue = catalogue
    self.pricing = pricing
    self.gateway = gateway
    self.logger = logger
  }

  /// How stock is given back.
  package var settlement: SagaSettlement { SagaSettlement(sagas: sagas, catalogue: catalogue, logger: logger) }

  /// How orders are placed.
  package var placement: OrderPlacement {
    OrderPlacement(
      users: users, catalogue: catalogue, orders: orders, sagas: sagas, settlement: settlement, pricing: pricing)
  }
}
