package import ServiceKit

/// Where products are kept.
package protocol ProductRepository: Sendable {
  /// Lists live products in the order of `sort`, starting after a position.
  func list(
    _ filter: ProductFilter, sort: ProductSort, after: ProductPosition?, limit: Int
  ) async throws -> [Product]
  /// One live product.
  func find(_ id: Int) async throws -> Product?
  /// Makes a product and its first stock movement; throws ``CatalogueError``.
  func create(_ draft: ProductDraft) async throws -> Product
  /// Changes a live product that meets the condition, and writes an `adjustment` movement when stock changes; throws
  /// ``CatalogueError``.
  func update(_ id: Int, _ changes: ProductChanges, if condition: VersionCondition) async throws -> Product
  /// Soft-deletes a product; throws ``CatalogueError`` when there is none.
  func delete(_ id: Int) async throws
}
