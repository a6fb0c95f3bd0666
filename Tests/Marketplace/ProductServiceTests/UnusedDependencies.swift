import ServiceKit

@testable import ProductService

/// Dependencies that answer "nothing there": for tests of what happens before anything is asked.
struct NothingThere: CategoryRepository, StockRepository, UserDirectory, PurchaseVerifier {
  func list(status: CatalogueStatus?, parentID: Int?, after: CategoryPosition?, limit: Int) -> [ProductService.Category]
  { [] }
  func all() -> [ProductService.Category] { [] }
  func find(_ id: Int) -> ProductService.Category? { nil }
  func create(_ draft: CategoryDraft) throws -> ProductService.Category {
    throw CatalogueError.categorySlugTaken(draft.slug)
  }
  func update(_ id: Int, _ changes: CategoryChanges) throws -> ProductService.Category {
    throw CatalogueError.unknownCategory(id: id)
  }
  func delete(_ id: Int) throws { throw CatalogueError.unknownCategory(id: id) }
  func perform(_ request: StockRequest) -> StockOutcome { .unknownProduct }
  func isActiveUser(_ uid: String) -> Bool { false }
  func verify(userUID: String, productID: Int, orderID: Int?) -> PurchaseVerdict { .unverified }
}

/// A shop without products.
struct NoProducts: ProductRepository {
  func list(_ filter: ProductFilter, sort: ProductSort, after: ProductPosition?, limit: Int) -> [Product] { [] }
  func find(_ id: Int) -> Product? { nil }
  func create(_ draft: ProductDraft) throws -> Product { throw CatalogueError.skuTaken(draft.sku) }
  func update(_ id: Int, _ changes: ProductChanges, if condition: VersionCondition) throws -> Product {
    throw CatalogueError.unknownProduct(id: id)
  }
  func delete(_ id: Int) throws { throw CatalogueError.unknownProduct(id: id) }
}

/// A shop without reviews.
struct NoReviews: ReviewRepository {
  func list(productID: Int, _ filter: ReviewFilter, below id: Int?, limit: Int) -> [Review] { [] }
  func find(_ id: Int) -> Review? { nil }
  func find(productID: Int, userUID: String) -> Review? { nil }
  func create(productID: Int, _ draft: ReviewDraft, verifiedOrderID: Int?) throws -> Review {
    throw CatalogueError.unknownProduct(id: productID)
  }
  func update(_ id: Int, _ changes: ReviewChanges) throws -> Review { throw CatalogueError.unknownReview(id: id) }
  func delete(_ id: Int) throws { throw CatalogueError.unknownReview(id: id) }
  func approve(_ id: Int) throws -> Review { throw CatalogueError.unknownReview(id: id) }
}

extension ProductServiceDependencies {
  static var unused: Self {
    Self(
      categories: NothingThere(), products: NoProducts(), stock: NothingThere(), reviews: NoReviews(),
      users: NothingThere(), purchases: NothingThere())
  }
}
