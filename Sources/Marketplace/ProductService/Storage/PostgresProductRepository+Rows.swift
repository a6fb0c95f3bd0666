internal import Postgres
internal import RFC3339
internal import ServiceKit

extension PostgresProductRepository {
  /// Reads a row that has this repository's columns.
  static func product(_ row: PostgresRow) throws -> Product {
    try Product(
      id: row["id"].decode(Int.self),
      name: row["name"].decode(String.self),
      description: row["description"].text,
      price: money(row["price"].decode(String.self)),
      stock: row["stock"].decode(Int.self),
      categoryID: row["category_id"].decode(Int?.self),
      sku: row["sku"].decode(String.self),
      imageURL: row["image_url"].text,
      status: row["status"].decode(String.self),
      tags: row["tags"].decode([String].self),
      slug: row["slug"].decode(String.self),
      isFeatured: row["is_featured"].decode(Bool.self),
      costPrice: row["cost_price"].text.map(money),
      marginPercentage: row["margin_percentage"].text,
      createdAt: row["created_at"].decode(Timestamp.self),
      updatedAt: row["updated_at"].decode(Timestamp.self),
      version: EntityTag(row["version"].decode(String.self)))
  }

  private static func money(_ text: String) throws -> Money {
    guard let money = Money(text) else { throw UnreadableColumn(type: "DECIMAL(10, 2)", text: text) }
    return money
  }

  /// What SQL needs to sort by a column and to seek past a value of it.
  ///
  /// All constants.
  struct SortColumn {
    let expression: String
    let type: String
    let collation: String
    let direction: String

    var comparison: String { direction == "ASC" ? ">" : "<" }

    init(_ sort: ProductSort) {
      // Names by code point: the same order on every machine, whatever its locale.
      (expression, type, collation) =
        switch sort {
        case .newest, .oldest: ("created_at", "timestamp", "")
        case .cheapest, .dearest: ("price", "numeric", "")
        case .name, .nameDescending: ("name COLLATE \"C\"", "text", " COLLATE \"C\"")
        }
      direction =
        switch sort {
        case .oldest, .cheapest, .name: "ASC"
        case .newest, .dearest, .nameDescending: "DESC"
        }
    }
  }
}

/// A value in the database that no version of this service can have written.
struct UnreadableColumn: Error, CustomStringConvertible {
  let type: String
  let text: String

  var description: String { "the database holds \"\(text)\" where a \(type) is expected" }
}
