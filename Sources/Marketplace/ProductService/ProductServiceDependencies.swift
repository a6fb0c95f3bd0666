package import ServiceKit

/// Everything that product-service needs from outside.
///
/// Each part is a protocol, so another can be composed in.
package struct ProductServiceDependencies: Sendable {
  /// Where categories are kept.
  package var categories: any CategoryRepository
  /// Where products are kept.
  package var products: any ProductRepository
  /// Where stock changes.
  package var stock: any StockRepository
  /// Where reviews are kept.
  package var reviews: any ReviewRepository
  /// Who may write reviews.
  package var users: any UserDirectory
  /// Who knows what was bought.
  package var purchases: any PurchaseVerifier

  /// Puts the parts together.
  package init(
    categories: any CategoryRepository, products: any ProductRepository, stock: any StockRepository,
    reviews: any ReviewRepository, users: any UserDirectory, purchases: any PurchaseVerifier
  ) {
    self.categories = categories
    self.products = products
    self.stock = stock
    self.reviews = reviews
    self.users = users
    self.purchases = purchases
  }
}
