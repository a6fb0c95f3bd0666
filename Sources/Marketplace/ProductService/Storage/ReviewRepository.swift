/// Where reviews are kept.
package protocol ReviewRepository: Sendable {
  /// Lists live reviews of a product, newest first, starting below an id.
  func list(productID: Int, _ filter: ReviewFilter, below id: Int?, limit: Int) async throws -> [Review]
  /// One live review.
  func find(_ id: Int) async throws -> Review?
  /// The live review of an author for a product.
  func find(productID: Int, userUID: String) async throws -> Review?
  /// Writes a review; `verifiedOrderID` is the order that order-service confirmed, if any. Throws ``CatalogueError``.
  func create(productID: Int, _ draft: ReviewDraft, verifiedOrderID: Int?) async throws -> Review
  /// Changes a live review and sends it back to moderation; throws ``CatalogueError``.
  func update(_ id: Int, _ changes: ReviewChanges) async throws -> Review
  /// Soft-deletes a review; throws ``CatalogueError`` when there is none.
  func delete(_ id: Int) async throws
  /// Lets a live review through; doing it again changes nothing. Throws ``CatalogueError``.
  func approve(_ id: Int) async throws -> Review
}
