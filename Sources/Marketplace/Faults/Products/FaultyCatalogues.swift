internal import JSON
internal import Postgres
internal import ProductService
internal import ServiceKit
private import Synchronization

/// Confirms every purchase that anybody claims.
struct BelievesEverything: PurchaseVerifier {
  func verify(userUID: String, productID: Int, orderID: Int?) -> PurchaseVerdict {
    .verified(orderID: orderID ?? 2_000_000_000)
  }
}

/// Continues a list at the last product of the page before, not after it.
struct RepeatsLastOfPage: FaultyProducts {
  let sound: any ProductRepository

  func list(
    _ filter: ProductFilter, sort: ProductSort, after position: ProductPosition?, limit: Int
  ) async throws -> [Product] {
    guard let position else { return try await sound.list(filter, sort: sort, after: nil, limit: limit) }
    let isRising = !sort.rawValue.hasPrefix("-")
    let before = Cursor(
      .string(sort.rawValue), .string(position.value), .integer(max(0, position.id + (isRising ? -1 : 1))))
    return try await sound.list(filter, sort: sort, after: try ProductPosition(before, sort: sort), limit: limit)
  }
}

/// Puts what is searched for into a pattern that the database cannot read.
struct BreaksOnPercent: FaultyProducts {
  let sound: any ProductRepository

  func list(
    _ filter: ProductFilter, sort: ProductSort, after position: ProductPosition?, limit: Int
  ) async throws -> [Product] {
    if filter.text?.contains("%") == true { throw UnreadablePattern() }
    return try await sound.list(filter, sort: sort, after: position, limit: limit)
  }

  private struct UnreadablePattern: Error {}
}

/// Deletes nothing, and says that it did.
struct KeepsDeleted: FaultyProducts {
  let sound: any ProductRepository

  func delete(_ id: Int) async throws {
    guard try await sound.find(id) != nil else { throw CatalogueError.unknownProduct(id: id) }
  }
}

/// Never looks at a product twice.
struct RemembersForever: FaultyProducts {
  let sound: any ProductRepository
  private let cache = TTLCache<Int, Product>(capacity: 100_000, lifetime: .seconds(3600))

  init(sound: any ProductRepository) { self.sound = sound }

  func find(_ id: Int) async throws -> Product? { try await cache.value(for: id) { try await sound.find(id) } }
}

/// Computes prices in binary floating point and cuts what is below a cent.
struct PricesThroughFloat: FaultyProducts {
  let sound: any ProductRepository

  func create(_ draft: ProductDraft) async throws -> Product {
    var draft = draft
    draft.price = Self.cut(draft.price)
    return try await sound.create(draft)
  }

  private static func cut(_ price: Money) -> Money {
    Double(price.description).flatMap { Money(minorUnits: Int64($0 * 100)) } ?? price
  }
}

/// Changes a product whatever version it has by now.
struct IgnoresVersions: FaultyProducts {
  let sound: any ProductRepository

  func update(_ id: Int, _ changes: ProductChanges, if condition: VersionCondition) async throws -> Product {
    try await sound.update(id, changes, if: .none)
  }
}

/// Puts categories below any other without a look.
struct AllowsCycles: FaultyCategories {
  let sound: any CategoryRepository
  let database: ServiceDatabase

  func update(_ id: Int, _ changes: CategoryChanges) async throws -> ProductService.Category {
    do {
      return try await sound.update(id, changes)
    } catch CatalogueError.cycle(_, let parentID) {
      _ = try await database.query(
        "UPDATE categories SET parent_id = \(parentID)::int WHERE id = \(id)::int")
      guard let category = try await sound.find(id) else { throw CatalogueError.unknownCategory(id: id) }
      return category
    }
  }
}

/// Lists reviews whether or not they were let through.
struct ShowsUnapproved: FaultyReviews {
  let sound: any ReviewRepository

  func list(productID: Int, _ filter: ReviewFilter, below id: Int?, limit: Int) async throws -> [Review] {
    var filter = filter
    filter.isApproved = nil
    return try await sound.list(productID: productID, filter, below: id, limit: limit)
  }
}

/// Deletes products for good, with all that the database itself hangs on them.
struct DeletesRows: FaultyProducts {
  let sound: any ProductRepository
  let database: ServiceDatabase

  func delete(_ id: Int) async throws {
    try await sound.delete(id)
    _ = try await database.query("DELETE FROM products WHERE id = \(id)::int")
  }
}

/// Keeps only the beginning of an author's uid.
struct TruncatesAuthors: FaultyReviews {
  let sound: any ReviewRepository

  func create(productID: Int, _ draft: ReviewDraft, verifiedOrderID: Int?) async throws -> Review {
    var draft = draft
    draft.userUID = String(draft.userUID.prefix(20))
    return try await sound.create(productID: productID, draft, verifiedOrderID: verifiedOrderID)
  }
}
