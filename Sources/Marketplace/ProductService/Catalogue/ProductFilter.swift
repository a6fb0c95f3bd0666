internal import JSON
internal import RFC3339
package import ServiceKit

/// Which products a list shows.
package struct ProductFilter: Sendable, Hashable {
  /// Listed in this category.
  package var categoryID: Int?
  /// In this state.
  package var status: CatalogueStatus?
  /// With this tag.
  package var tag: String?
  /// Costs at least this.
  package var minimumPrice: Money?
  /// Costs at most this.
  package var maximumPrice: Money?
  /// Is, or is not, featured.
  package var isFeatured: Bool?
  /// Must occur in the name, the description or the SKU, whatever the case.
  package var text: String?

  /// Nothing left out.
  package static let everything = ProductFilter()

  /// The text as an `ILIKE` pattern, its own wildcards taken literally.
  package var textPattern: String? {
    text.map { text in
      // By code point: PostgreSQL sees a wildcard also where a mark that follows makes another character of it.
      var pattern = String.UnicodeScalarView("%".unicodeScalars)
      for scalar in text.unicodeScalars {
        if scalar == "%" || scalar == "_" || scalar == "\\" { pattern.append("\\") }
        pattern.append(scalar)
      }
      pattern.append("%")
      return String(pattern)
    }
  }
}

/// The order of a product list.
///
/// A leading minus means descending.
package enum ProductSort: String, Sendable, CaseIterable {
  /// Last made first.
  case newest = "-created_at"
  /// First made first.
  case oldest = "created_at"
  /// By price, rising.
  case cheapest = "price"
  /// By price, falling.
  case dearest = "-price"
  /// By name, by code point.
  case name = "name"
  /// By name, backwards.
  case nameDescending = "-name"
}

/// Where a product list goes on: after this value of the sort column, and after this id among equals.
///
/// Seeking past a (value, id) pair keeps pages stable while products come and go, unlike an offset. The sort is part
/// of the cursor, so a cursor cannot be used with another order.
package struct ProductPosition: Sendable, Hashable {
  /// The order the cursor was made for.
  package let sort: ProductSort
  /// The sort column of the last product shown, as PostgreSQL text.
  package let value: String
  /// The last product shown.
  package let id: Int

  /// The position right after a product.
  package init(after product: Product, sort: ProductSort) {
    self.sort = sort
    id = product.id
    value =
      switch sort {
      case .newest, .oldest: product.createdAt.postgres
      case .cheapest, .dearest: product.price.description
      case .name, .nameDescending: product.name
      }
  }

  /// Reads a cursor back.
  ///
  /// - Throws: `Cursor.invalid` when the cursor has another shape, or belongs to another sort.
  package init(_ cursor: Cursor, sort: ProductSort) throws {
    guard cursor.fields.count == 3, cursor.fields[0].stringValue == sort.rawValue,
      let value = cursor.fields[1].stringValue, let id = cursor.fields[2].intValue, (0...Int(Int32.max)).contains(id),
      Self.isPlausible(value, for: sort)
    else { throw Cursor.invalid }
    self.sort = sort
    self.value = value
    self.id = id
  }

  /// The opaque form handed to the caller.
  package var cursor: Cursor {
    Cursor(.string(sort.rawValue), .string(value), .integer(id))
  }

  // A forged cursor must be refused here: PostgreSQL would answer a bad number with an error, a 500 to the caller.
  private static func isPlausible(_ value: String, for sort: ProductSort) -> Bool {
    switch sort {
    case .newest, .oldest: Timestamp(postgres: value) != nil
    case .cheapest, .dearest: Money(value) != nil
    case .name, .nameDescending: !value.unicodeScalars.contains("\0")
    }
  }
}
