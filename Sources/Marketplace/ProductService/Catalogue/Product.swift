package import JSON
package import RFC3339
package import ServiceKit

/// A product as the database holds it.
package struct Product: Sendable, Hashable {
  /// Its number.
  package let id: Int
  /// Its name, 1 to 255 characters.
  package let name: String
  /// A longer text, if any.
  package let description: String?
  /// What one unit costs the buyer, before tax.
  package let price: Money
  /// Units on hand: the sum of the product's stock movements.
  package let stock: Int
  /// The category it is listed in, if any.
  package let categoryID: Int?
  /// The stock keeping unit, unique among live products.
  package let sku: String
  /// A picture, if any.
  package let imageURL: String?
  /// One of ``CatalogueStatus``, unless the row was damaged.
  package let status: String
  /// Free labels, at most 20.
  package let tags: [String]
  /// Its address part, unique among live products.
  package let slug: String
  /// Whether the shop window shows it.
  package let isFeatured: Bool
  /// What one unit costs the shop, if known.
  package let costPrice: Money?
  /// See ``Margin``; decimal text.
  package let marginPercentage: String?
  /// When it was made.
  package let createdAt: Timestamp
  /// When it last changed.
  package let updatedAt: Timestamp
  /// Its version: another one after every change, stock included.
  package let version: EntityTag

  /// The wire form, schema `Product` of the OpenAPI document.
  package var json: JSONValue {
    .object([
      "id": .integer(id),
      "name": .string(name),
      "description": .text(description),
      "price": price.json,
      "stock": .integer(stock),
      "category_id": .optionalInteger(categoryID),
      "sku": .string(sku),
      "image_url": .text(imageURL),
      "status": .string(status),
      "tags": .array(tags.map(JSONValue.string)),
      "slug": .string(slug),
      "is_featured": .bool(isFeatured),
      "cost_price": costPrice?.json ?? .null,
      "margin_percentage": .text(marginPercentage),
      "created_at": .time(createdAt),
      "updated_at": .time(updatedAt),
    ])
  }
}
