internal import OrderService
internal import ServiceKit

/// Knows a product for every number, and believes that its units are taken.
struct InventsProducts: FaultyCatalogue {
  let sound: any Catalogue

  func product(_ id: Int, fresh: Bool) async throws -> CatalogueProduct? {
    try await sound.product(id, fresh: fresh)
      ?? CatalogueProduct(id: id, name: "Product \(id)", price: .zero, stock: 1_000, isActive: true)
  }

  func take(_ line: OrderRequest.Line, orderID: Int) async throws -> TakeOutcome {
    let outcome = try await sound.take(line, orderID: orderID)
    return outcome == .unknownProduct ? .taken : outcome
  }
}

/// Takes what is not there for taken.
struct IgnoresShortage: FaultyCatalogue {
  let sound: any Catalogue

  func product(_ id: Int, fresh: Bool) async throws -> CatalogueProduct? {
    try await sound.product(id, fresh: fresh).map {
      CatalogueProduct(id: $0.id, name: $0.name, price: $0.price, stock: 1_000_000, isActive: $0.isActive)
    }
  }

  func take(_ line: OrderRequest.Line, orderID: Int) async throws -> TakeOutcome {
    let outcome = try await sound.take(line, orderID: orderID)
    return outcome == .short ? .taken : outcome
  }
}

/// Never gives back what a cancelled order took.
struct GivesNothingBack: FaultyCatalogue {
  let sound: any Catalogue

  func giveBack(_ line: OrderRequest.Line, orderID: Int) -> Int { line.quantity }
}

/// Never gives back what a failed order took.
struct UndoesNothing: FaultyCatalogue {
  let sound: any Catalogue

  func undoTake(_ line: OrderRequest.Line, orderID: Int) -> Int { line.quantity }
}

/// Takes everything twice, the second time under a number that no order has.
struct TakesTwice: FaultyCatalogue {
  let sound: any Catalogue

  func take(_ line: OrderRequest.Line, orderID: Int) async throws -> TakeOutcome {
    let outcome = try await sound.take(line, orderID: orderID)
    if outcome == .taken { _ = try await sound.take(line, orderID: orderID + 1_000_000_000) }
    return outcome
  }
}

/// Never looks at a product twice.
struct RemembersProducts: FaultyCatalogue {
  let sound: any Catalogue
  private let cache = TTLCache<Int, CatalogueProduct>(capacity: 100_000, lifetime: .seconds(3600))

  init(sound: any Catalogue) { self.sound = sound }

  func product(_ id: Int, fresh: Bool) async throws -> CatalogueProduct? {
    if fresh { return try await sound.product(id, fresh: true) }
    return try await cache.value(for: id) { try await sound.product(id, fresh: false) }
  }
}
