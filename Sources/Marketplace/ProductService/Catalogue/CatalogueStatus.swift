/// The state of a product or category, as the shop shows it.
///
/// Only an `active` product can be ordered. The database column is text and may hold anything after damage, so rows
/// carry the text and only input is parsed into this type.
package enum CatalogueStatus: String, Sendable, CaseIterable {
  case active, inactive, archived
}
