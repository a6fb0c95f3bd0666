package import JSON
package import RFC3339
internal import ServiceKit

/// A review as the database holds it.
package struct Review: Sendable, Hashable {
  /// Its number.
  package let id: Int
  /// The product it is about.
  package let productID: Int
  /// Who wrote it (user-service).
  package let userUID: String
  /// The order it refers to (order-service), if any.
  package let orderID: Int?
  /// 1 (worst) to 5 (best).
  package let rating: Int
  /// A headline, if any.
  package let title: String?
  /// The text, if any.
  package let comment: String?
  /// Whether order-service confirmed that the author bought the product.
  package let isVerifiedPurchase: Bool
  /// Whether a moderator let it through.
  package let isApproved: Bool
  /// When it was written.
  package let createdAt: Timestamp
  /// When it last changed.
  package let updatedAt: Timestamp

  /// The wire form, schema `Review` of the OpenAPI document.
  package var json: JSONValue {
    .object([
      "id": .integer(id),
      "product_id": .integer(productID),
      "user_uid": .string(userUID),
      "order_id": .optionalInteger(orderID),
      "rating": .integer(rating),
      "title": .text(title),
      "comment": .text(comment),
      "is_verified_purchase": .bool(isVerifiedPurchase),
      "is_approved": .bool(isApproved),
      "created_at": .time(createdAt),
      "updated_at": .time(updatedAt),
    ])
  }
}
