/// Where categories are kept.
package protocol CategoryRepository: Sendable {
  /// Lists live categories by (`sort_order`, id), starting after a position.
  func list(
    status: CatalogueStatus?, parentID: Int?, after: CategoryPosition?, limit: Int
  ) async throws -> [Category]
  /// Every live category, for the tree.
  func all() async throws -> [Category]
  /// One live category.
  func find(_ id: Int) async throws -> Category?
  /// Makes a category; throws ``CatalogueError`` when the parent is unknown or the slug is taken.
  func create(_ draft: CategoryDraft) async throws -> Category
  /// Changes a live category; throws ``CatalogueError``, among others for a cycle.
  func update(_ id: Int, _ changes: CategoryChanges) async throws -> Category
  /// Soft-deletes a category that nothing live refers to; throws ``CatalogueError`` otherwise.
  func delete(_ id: Int) async throws
}
