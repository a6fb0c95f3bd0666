package import ServiceKit

/// A product as an order needs it.
package struct CatalogueProduct: Sendable, Hashable {
  /// Its number.
  package let id: Int
  /// Its name.
  package let name: String
  /// What one unit costs.
  package let price: Money
  /// Units on hand when it was looked up.
  package let stock: Int
  /// Whether it is for sale.
  package let isActive: Bool

  /// Puts a product together.
  package init(id: Int, name: String, price: Money, stock: Int, isActive: Bool) {
    self.id = id
    self.name = name
    self.price = price
    self.stock = stock
    self.isActive = isActive
  }
}

/// What product-service said to a request for units.
package enum TakeOutcome: Sendable, Hashable {
  /// The units are taken.
  case taken
  /// Too few are left; nothing was taken.
  case short
  /// There is no such product any more; nothing was taken.
  case unknownProduct
  /// The request was taken back before it arrived; nothing was taken, nor will be.
  case reversed
}

/// The catalogue and its stock: product-service.
///
/// Every stock call carries a key made of order and product, so it acts once however often it is repeated.
package protocol Catalogue: Sendable {
  /// A live product; `nil` when there is none. With `fresh`, nothing remembered is used.
  func product(_ id: Int, fresh: Bool) async throws -> CatalogueProduct?
  /// Takes units out of stock for an order.
  func take(_ line: OrderRequest.Line, orderID: Int) async throws -> TakeOutcome
  /// Undoes ``take(_:orderID:)``, whether or not it acted or ever arrived. Returns how many units came back.
  func undoTake(_ line: OrderRequest.Line, orderID: Int) async throws -> Int
  /// Gives back the units of an order that was placed. Returns how many units came back.
  func giveBack(_ line: OrderRequest.Line, orderID: Int) async throws -> Int
}
