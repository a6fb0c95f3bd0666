internal import JSON
package import ServiceKit

/// Places an order: checks the buyer and the goods, enters the order, takes the stock, and undoes it all on failure.
///
/// The order and what it owes are committed before the first unit is taken, so at every moment afterwards the database
/// alone says what has to happen: if this process dies between any two lines below, the ``SagaWorker`` of the next one
/// finds the saga past its lease and takes everything back. A unit is taken under a key made of order and product, and
/// taken back by naming that key, which is right even if nobody knows whether the taking arrived.
package struct OrderPlacement: Sendable {
  private let users: any UserDirectory
  private let catalogue: any Catalogue
  private let orders: any OrderRepository
  private let sagas: any SagaRepository
  private let settlement: SagaSettlement
  private let pricing: Pricing

  /// Puts the parts together.
  package init(
    users: any UserDirectory, catalogue: any Catalogue, orders: any OrderRepository, sagas: any SagaRepository,
    settlement: SagaSettlement, pricing: Pricing
  ) {
    self.users = users
    self.catalogue = catalogue
    self.orders = orders
    self.sagas = sagas
    self.settlement = settlement
    self.pricing = pricing
  }

  /// What a placement came to.
  package struct Result: Sendable {
    /// The order, standing.
    package let order: Order
    /// Whether an earlier request with the same key made it.
    package let isReplay: Bool
  }

  /// Places an order, or returns the one that the same key made before.
  ///
  /// - Throws: ``OrderError`` when it is refused, `ServiceCallError` when a neighbour cannot be asked; either way the
  ///   order does not stand, or will not once its saga is undone. When only the answer to the last commit is lost, the
  ///   database's error is thrown though the order stands: a retry with the same key returns it.
  package func place(_ request: OrderRequest, key: String?) async throws -> Result {
    if let key, let order = try await orders.find(idempotencyKey: key, of: request) {
      return Result(order: order, isReplay: true)
    }
    guard try await users.isActiveUser(request.userUID) else { throw OrderError.unknownUser(uid: request.userUID) }
    guard let priced = pricing.price(try await offers(for: request), shipping: request.shippingMethod) else {
      throw OrderError.amountTooLarge
    }
    switch try await orders.enter(priced, for: request, key: key) {
    case .replay(let order): return Result(order: order, isReplay: true)
    case .entered(let order):
      try await takeStock(of: request, orderID: order.id)
      return Result(order: order, isReplay: false)
    }
  }

  private func offers(for request: OrderRequest) async throws -> [Pricing.Offer] {
    var offers: [Pricing.Offer] = []
    for line in request.lines {
      guard var product = try await catalogue.product(line.productID, fresh: false), product.isActive else {
        throw OrderError.unknownProduct(id: line.productID)
      }
      if product.stock < line.quantity {
        // What is remembered may be from before a delivery: only a fresh look may turn a buyer away.
        guard let current = try await catalogue.product(line.productID, fresh: true), current.isActive else {
          throw OrderError.unknownProduct(id: line.productID)
        }
        product = current
      }
      guard product.stock >= line.quantity else {
        throw OrderError.insufficientStock(productID: line.productID, wanted: line.quantity)
      }
      offers.append(
        Pricing.Offer(
          productID: line.productID, name: product.name, unitPrice: product.price, quantity: line.quantity))
    }
    return offers
  }

  private func takeStock(of request: OrderRequest, orderID: Int) async throws {
    // What certainly took nothing: at first everything, at the end only what was refused or never sent.
    var untouched = Set(request.lines.map(\.productID))
    do {
      for line in request.lines {
        untouched.remove(line.productID)
        do {
          switch try await catalogue.take(line, orderID: orderID) {
          case .taken: continue
          case .short:
            untouched.insert(line.productID)
            throw OrderError.insufficientStock(productID: line.productID, wanted: line.quantity)
          case .unknownProduct:
            untouched.insert(line.productID)
            throw OrderError.unknownProduct(id: line.productID)
          case .reversed: throw OrderError.placementInterrupted
          }
        } catch let error as ServiceCallError where !error.outcomeUnknown {
          untouched.insert(line.productID)
          throw error
        }
      }
      guard try await sagas.completePlacement(orderID) else { throw OrderError.placementInterrupted }
    } catch {
      await undo(orderID, untouched: untouched)
      throw error
    }
  }

  // Best effort: whatever fails here is in the database, and the worker goes on with it.
  private func undo(_ orderID: Int, untouched: Set<Int>) async {
    guard (try? await sagas.abandonPlacement(orderID, untouched: untouched)) == true else { return }
    await settlement.settle(orderID)
  }
}
