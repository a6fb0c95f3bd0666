internal import ProductService
internal import ServiceKit

/// Where products are kept, but for what a fault does otherwise.
protocol FaultyProducts: ProductRepository {
  /// The part as it should be.
  var sound: any ProductRepository { get }
}

extension FaultyProducts {
  func list(
    _ filter: ProductFilter, sort: ProductSort, after position: ProductPosition?, limit: Int
  ) async throws -> [Product] { try await sound.list(filter, sort: sort, after: position, limit: limit) }
  func find(_ id: Int) async throws -> Product? { try await sound.find(id) }
  func create(_ draft: ProductDraft) async throws -> Product { try await sound.create(draft) }
  func update(_ id: Int, _ changes: ProductChanges, if condition: VersionCondition) async throws -> Product {
    try await sound.update(id, changes, if: condition)
  }
  func delete(_ id: Int) async throws { try await sound.delete(id) }
}

/// Where categories are kept, but for what a fault does otherwise.
protocol FaultyCategories: CategoryRepository {
  /// The part as it should be.
  var sound: any CategoryRepository { get }
}

extension FaultyCategories {
  func list(
    status: CatalogueStatus?, parentID: Int?, after position: CategoryPosition?, limit: Int
  ) async throws -> [ProductService.Category] {
    try await sound.list(status: status, parentID: parentID, after: position, limit: limit)
  }
  func all() async throws -> [ProductService.Category] { try await sound.all() }
  func find(_ id: Int) async throws -> ProductService.Category? { try await sound.find(id) }
  func create(_ draft: CategoryDraft) async throws -> ProductService.Category { try await sound.create(draft) }
  func update(_ id: Int, _ changes: CategoryChanges) async throws -> ProductService.Category {
    try await sound.update(id, changes)
  }
  func delete(_ id: Int) async throws { try await sound.delete(id) }
}

/// Where reviews are kept, but for what a fault does otherwise.
protocol FaultyReviews: ReviewRepository {
  /// The part as it should be.
  var sound: any ReviewRepository { get }
}

extension FaultyReviews {
  func list(productID: Int, _ filter: ReviewFilter, below id: Int?, limit: Int) async throws -> [Review] {
    try await sound.list(productID: productID, filter, below: id, limit: limit)
  }
  func find(_ id: Int) async throws -> Review? { try await sound.find(id) }
  func find(productID: Int, userUID: String) async throws -> Review? {
    try await sound.find(productID: productID, userUID: userUID)
  }
  func create(productID: Int, _ draft: ReviewDraft, verifiedOrderID: Int?) async throws -> Review {
    try await sound.create(productID: productID, draft, verifiedOrderID: verifiedOrderID)
  }
  func update(_ id: Int, _ changes: ReviewChanges) async throws -> Review { try await sound.update(id, changes) }
  func delete(_ id: Int) async throws { try await sound.delete(id) }
  func approve(_ id: Int) async throws -> Review { try await sound.approve(id) }
}
