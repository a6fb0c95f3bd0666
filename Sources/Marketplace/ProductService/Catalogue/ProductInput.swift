package import ServiceKit

/// What a caller sends to make a product.
package struct ProductDraft: Sendable {
  /// Its name, 1 to 255 characters.
  package var name: String
  /// A longer text, at most 10000 characters.
  package var description: String?
  /// What one unit costs the buyer.
  package var price: Money
  /// Units on hand, 0 or more.
  package var stock: Int
  /// The category it is listed in.
  package var categoryID: Int?
  /// The stock keeping unit.
  package var sku: String
  /// A picture.
  package var imageURL: String?
  /// The state it is in.
  package var status: CatalogueStatus
  /// Free labels, at most 20, none twice.
  package var tags: [String]
  /// The slugs to try, best first; one entry when the caller chose it.
  package var slugs: [String]
  /// Whether the shop window shows it.
  package var isFeatured: Bool
  /// What one unit costs the shop.
  package var costPrice: Money?
}

/// What a caller sends to change a product; `nil` and `.absent` leave a field as it is.
package struct ProductChanges: Sendable {
  /// Its name, 1 to 255 characters.
  package var name: String?
  /// A longer text, at most 10000 characters.
  package var description: Patch<String> = .absent
  /// What one unit costs the buyer.
  package var price: Money?
  /// Units on hand, 0 or more.
  package var stock: Int?
  /// The category it is listed in.
  package var categoryID: Patch<Int> = .absent
  /// The stock keeping unit.
  package var sku: String?
  /// A picture.
  package var imageURL: Patch<String> = .absent
  /// The state it is in.
  package var status: CatalogueStatus?
  /// Free labels, at most 20, none twice.
  package var tags: [String]?
  /// Its address part.
  package var slug: String?
  /// Whether the shop window shows it.
  package var isFeatured: Bool?
  /// What one unit costs the shop.
  package var costPrice: Patch<Money> = .absent
}
