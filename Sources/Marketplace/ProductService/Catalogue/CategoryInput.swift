package import ServiceKit

/// What a caller sends to make a category.
package struct CategoryDraft: Sendable, Hashable {
  /// Its name, 1 to 255 characters.
  package var name: String
  /// A longer text, at most 10000 characters.
  package var description: String?
  /// The state it is in.
  package var status: CatalogueStatus
  /// Where it stands among its siblings.
  package var sortOrder: Int
  /// The category above it.
  package var parentID: Int?
  /// Its address part.
  package var slug: String
  /// A picture.
  package var imageURL: String?
}

/// What a caller sends to change a category; `nil` and `.absent` leave a field as it is.
package struct CategoryChanges: Sendable {
  /// Its name, 1 to 255 characters.
  package var name: String?
  /// A longer text, at most 10000 characters.
  package var description: Patch<String> = .absent
  /// The state it is in.
  package var status: CatalogueStatus?
  /// Where it stands among its siblings.
  package var sortOrder: Int?
  /// The category above it.
  package var parentID: Patch<Int> = .absent
  /// Its address part.
  package var slug: String?
  /// A picture.
  package var imageURL: Patch<String> = .absent
}
