package import JSON
package import RFC3339
internal import ServiceKit

/// A category as the database holds it.
package struct Category: Sendable, Hashable {
  /// Its number.
  package let id: Int
  /// Its name, 1 to 255 characters.
  package let name: String
  /// A longer text, if any.
  package let description: String?
  /// One of ``CatalogueStatus``, unless the row was damaged.
  package let status: String
  /// Where it stands among its siblings; lower comes first.
  package let sortOrder: Int
  /// The category above it; `nil` for a root.
  package let parentID: Int?
  /// Its address part, unique among live categories.
  package let slug: String
  /// A picture, if any.
  package let imageURL: String?
  /// When it was made.
  package let createdAt: Timestamp
  /// When it last changed.
  package let updatedAt: Timestamp

  /// The wire form, schema `Category` of the OpenAPI document.
  package var json: JSONObject {
    [
      "id": .integer(id),
      "name": .string(name),
      "description": .text(description),
      "status": .string(status),
      "sort_order": .integer(sortOrder),
      "parent_id": .optionalInteger(parentID),
      "slug": .string(slug),
      "image_url": .text(imageURL),
      "created_at": .time(createdAt),
      "updated_at": .time(updatedAt),
    ]
  }
}
