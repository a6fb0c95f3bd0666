package import ServiceKit

/// Why a change of the catalogue or its reviews is refused, with what the caller is told.
package enum CatalogueError: Error, Sendable, Hashable {
  /// No such live category.
  case unknownCategory(id: Int)
  /// No such live product.
  case unknownProduct(id: Int)
  /// No such live review.
  case unknownReview(id: Int)
  /// user-service knows no such active user.
  case unknownUser(uid: String)
  /// The parent of a category is no live category.
  case noSuchParent(id: Int)
  /// The parent is the category itself or stands below it.
  case cycle(id: Int, parentID: Int)
  /// The tree would be deeper than allowed.
  case tooDeep
  /// Live products or categories refer to the category.
  case categoryInUse(id: Int)
  /// The category of a product is no live category.
  case categoryNotFoundForProduct(id: Int)
  /// The product is not the version that the request insists on.
  case versionMismatch(now: EntityTag)
  /// Another live category has the slug.
  case categorySlugTaken(String?)
  /// Another live product has the slug.
  case productSlugTaken(String?)
  /// Another live product has the SKU.
  case skuTaken(String?)
  /// The author has a live review of the product.
  case alreadyReviewed(userUID: String, productID: Int)
  /// order-service does not confirm the claimed purchase.
  case purchaseNotVerified(orderID: Int?)

  /// The answer a caller gets.
  package var problem: Problem {
    switch self {
    case .unknownCategory(let id): .notFound("There is no category \(id).")
    case .unknownProduct(let id): .notFound("There is no product \(id).")
    case .unknownReview(let id): .notFound("There is no review \(id).")
    case .unknownUser(let uid): .notFound("There is no active user \(uid).")
    case .noSuchParent(let id): .notFound("There is no category \(id) to be the parent.")
    case .tooDeep:
      .conflict("The tree would be deeper than \(CategoryTree.maximumDepth) levels.", kind: "category-too-deep")
    case .categoryNotFoundForProduct(let id): .notFound("There is no category \(id) to list the product in.")
    case .cycle(let id, let parentID):
      .conflict("Category \(parentID) is category \(id) itself or stands below it.", kind: "category-cycle")
    case .categoryInUse(let id):
      .conflict("Category \(id) still has products or sub-categories.", kind: "category-in-use")
    case .versionMismatch(let version): .preconditionFailed(now: version)
    case .categorySlugTaken(let slug):
      .conflict("Another category has the slug\(Self.quoted(slug)).", kind: "slug-taken")
    case .productSlugTaken(let slug):
      .conflict("Another product has the slug\(Self.quoted(slug)).", kind: "slug-taken")
    case .skuTaken(let sku): .conflict("Another product has the SKU\(Self.quoted(sku)).", kind: "sku-taken")
    case .alreadyReviewed(let userUID, let productID):
      .conflict("User \(userUID) has already reviewed product \(productID).", kind: "already-reviewed")
    case .purchaseNotVerified(let orderID):
      .conflict(
        "order-service knows no paid\(orderID.map { " order \($0)" } ?? " order") with this product by this user.",
        kind: "purchase-not-verified")
    }
  }

  private static func quoted(_ text: String?) -> String {
    text.map { " \"\($0)\"" } ?? ""
  }
}
