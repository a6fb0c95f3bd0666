import JSON
import RFC3339
import ServiceKit
import Testing

@testable import ProductService

@Suite("Positions in a product list")
struct ProductPositionTests {
  private func product() throws -> Product {
    let time = try #require(Timestamp(rfc3339: "2026-11-24T02:22:35.123456Z"))
    return Product(
      id: 7, name: "Ö \"lamp\"", description: nil, price: try #require(Money("19.90")), stock: 3, categoryID: nil,
      sku: "L-7", imageURL: nil, status: "active", tags: [], slug: "lamp", isFeatured: false, costPrice: nil,
      marginPercentage: nil, createdAt: time, updatedAt: time, version: EntityTag("1"))
  }

  @Test("a position survives the way through a cursor", arguments: ProductSort.allCases)
  func roundTrips(sort: ProductSort) throws {
    let position = ProductPosition(after: try product(), sort: sort)
    let cursor = try #require(Cursor(text: position.cursor.text))
    #expect(try ProductPosition(cursor, sort: sort) == position)
  }

  @Test("a cursor of another order is refused")
  func belongsToItsSort() throws {
    let cursor = ProductPosition(after: try product(), sort: .cheapest).cursor
    #expect(throws: Problem.self) { try ProductPosition(cursor, sort: .dearest) }
  }

  @Test(
    "a forged cursor is refused before it reaches the database",
    arguments: [
      Cursor("price", "1; DROP TABLE products", 1), Cursor("price", "19.90", -1), Cursor("price", 19, 1),
      Cursor("price", "19.90"), Cursor("price", "19.90", 99_999_999_999), Cursor(1),
    ])
  func refusesForgery(cursor: Cursor) {
    #expect(throws: Problem.self) { try ProductPosition(cursor, sort: .cheapest) }
  }

  @Test("wildcards in a search text stand for themselves")
  func escapesPatterns() {
    #expect(ProductFilter(text: "50%_off\\").textPattern == "%50\\%\\_off\\\\%")
    // A mark makes one character of itself and the wildcard, but not for PostgreSQL.
    #expect(ProductFilter(text: "%\u{301}_\u{FE0F}").textPattern == "%\\%\u{301}\\_\u{FE0F}%")
    #expect(ProductFilter.everything.textPattern == nil)
  }
}
