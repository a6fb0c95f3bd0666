internal import Postgres
package import RFC3339
package import ServiceKit

/// Products in PostgreSQL.
package struct PostgresProductRepository: ProductRepository {
  private let database: ServiceDatabase
  private let clock: any WallClock

  // The transaction that wrote a row is its version: no two changes share one, whatever the clock says.
  private static let columns = """
    id, name, description, price, stock, category_id, sku, image_url, status, tags, slug, \
    is_featured, cost_price, margin_percentage, created_at, updated_at, xmin::text AS version
    """

  /// Stands on the product database.
  package init(database: ServiceDatabase, clock: any WallClock) {
    self.database = database
    self.clock = clock
  }

  package func list(
    _ filter: ProductFilter, sort: ProductSort, after position: ProductPosition?, limit: Int
  ) async throws -> [Product] {
    let order = SortColumn(sort)
    let sku = filter.textPattern
    // raw: constants, the columns and what SortColumn holds for the sort
    return try await database.query(
      """
      SELECT \(raw: Self.columns) FROM products
      WHERE deleted_at IS NULL
        AND (\(filter.categoryID)::int IS NULL OR category_id = \(filter.categoryID)::int)
        AND (\(filter.status?.rawValue)::text IS NULL OR status = \(filter.status?.rawValue)::text)
        AND (\(filter.tag)::text IS NULL OR tags @> ARRAY[\(filter.tag)::text])
        AND (\(filter.minimumPrice?.description)::numeric IS NULL OR price >= \(filter.minimumPrice?.description)::numeric)
        AND (\(filter.maximumPrice?.description)::numeric IS NULL OR price <= \(filter.maximumPrice?.description)::numeric)
        AND (\(filter.isFeatured)::boolean IS NULL OR is_featured = \(filter.isFeatured)::boolean)
        AND (\(sku)::text IS NULL OR name ILIKE \(sku)::text OR description ILIKE \(sku)::text OR sku ILIKE \(sku)::text)
        AND (\(position?.id)::int IS NULL
          OR (\(raw: order.expression), id) \(raw: order.comparison)
             (\(position?.value)::\(raw: order.type)\(raw: order.collation), \(position?.id)::int))
      ORDER BY \(raw: order.expression) \(raw: order.direction), id \(raw: order.direction) LIMIT \(limit)::int
      """
    ).map(Self.product)
  }

  package func find(_ id: Int) async throws -> Product? {
    // raw: a constant list of columns
    try await database.query(
      "SELECT \(raw: Self.columns) FROM products WHERE id = \(id)::int AND deleted_at IS NULL"
    ).first.map(Self.product)
  }

  package func create(_ draft: ProductDraft) async throws -> Product {
    for (index, slug) in draft.slugs.enumerated() {
      do {
        return try await insert(draft, slug: slug)
      } catch CatalogueError.productSlugTaken where index + 1 < draft.slugs.count {
        continue
      }
    }
    throw CatalogueError.productSlugTaken(draft.slugs.last)
  }

  private func insert(_ draft: ProductDraft, slug: String) async throws -> Product {
    let now = clock.now().truncatedToMicroseconds()
    let margin = Margin.percentage(price: draft.price, cost: draft.costPrice)
    return try await mappingUniqueness(sku: draft.sku, slug: slug) {
      try await database.transaction { connection in
        try Self.requireCategory(draft.categoryID, connection)
        // raw: a constant list of columns
        let product = try Self.product(
          connection.one(
            """
            INSERT INTO products (name, description, price, stock, category_id, sku, image_url, status, tags, slug,
              is_featured, cost_price, margin_percentage, created_at, updated_at)
            VALUES (\(draft.name)::text, \(draft.description)::text, \(draft.price.description)::numeric,
              \(draft.stock)::int, \(draft.categoryID)::int, \(draft.sku)::text, \(draft.imageURL)::text,
              \(draft.status.rawValue)::text, \(draft.tags)::text[], \(slug)::text, \(draft.isFeatured)::boolean,
              \(draft.costPrice?.description)::numeric, \(margin)::numeric, \(now)::timestamp, \(now)::timestamp)
            RETURNING \(raw: Self.columns)
            """))
        try Self.record(delta: product.stock, reason: "initial", of: product.id, at: now, connection)
        return product
      }
    }
  }

  package func update(
    _ id: Int, _ changes: ProductChanges, if condition: VersionCondition
  ) async throws -> Product {
    let now = clock.now().truncatedToMicroseconds()
    return try await mappingUniqueness(sku: changes.sku, slug: changes.slug) {
      try await database.transaction { connection in
        // raw: a constant list of columns
        guard
          let row = try connection.rows(
            "SELECT \(raw: Self.columns) FROM products WHERE id = \(id)::int AND deleted_at IS NULL FOR UPDATE"
          ).first
        else { throw CatalogueError.unknownProduct(id: id) }
        let old = try Self.product(row)
        guard condition.allows(old.version) else { throw CatalogueError.versionMismatch(now: old.version) }
        let categoryID = changes.categoryID.applied(to: old.categoryID)
        if categoryID != old.categoryID { try Self.requireCategory(categoryID, connection) }
        let price = changes.price ?? old.price
        let cost = changes.costPrice.applied(to: old.costPrice)
        let stock = changes.stock ?? old.stock
        let margin = Margin.percentage(price: price, cost: cost)
        let description = changes.description.applied(to: old.description)
        let imageURL = changes.imageURL.applied(to: old.imageURL)
        let product = try Self.product(
          connection.one(
            """
            UPDATE products SET name = \(changes.name ?? old.name)::text, description = \(description)::text,
              price = \(price.description)::numeric, stock = \(stock)::int, category_id = \(categoryID)::int,
              sku = \(changes.sku ?? old.sku)::text, image_url = \(imageURL)::text,
              status = \(changes.status?.rawValue ?? old.status)::text, tags = \(changes.tags ?? old.tags)::text[],
              slug = \(changes.slug ?? old.slug)::text,
              is_featured = \(changes.isFeatured ?? old.isFeatured)::boolean,
              cost_price = \(cost?.description)::numeric, margin_percentage = \(margin)::numeric,
              updated_at = \(now)::timestamp
            WHERE id = \(id)::int RETURNING \(raw: Self.columns)
            """))
        try Self.record(delta: stock - old.stock, reason: "adjustment", of: id, at: now, connection)
        return product
      }
    }
  }

  package func delete(_ id: Int) async throws {
    let now = clock.now().truncatedToMicroseconds()
    let deleted = try await database.query(
      """
      UPDATE products SET deleted_at = \(now)::timestamp, updated_at = \(now)::timestamp
      WHERE id = \(id)::int AND deleted_at IS NULL RETURNING id
      """)
    guard !deleted.isEmpty else { throw CatalogueError.unknownProduct(id: id) }
  }

  // Shared lock: the category cannot be deleted between this look and the commit.
  private static func requireCategory(_ id: Int?, _ connection: isolated PostgresConnection) throws {
    guard let id else { return }
    let found = try connection.rows(
      "SELECT 1 FROM categories WHERE id = \(id)::int AND deleted_at IS NULL FOR SHARE")
    guard !found.isEmpty else { throw CatalogueError.categoryNotFoundForProduct(id: id) }
  }

  private static func record(
    delta: Int, reason: String, of productID: Int, at now: Timestamp, _ connection: isolated PostgresConnection
  ) throws {
    guard delta != 0 else { return }
    _ = try connection.rows(
      """
      INSERT INTO stock_movements (product_id, delta, reason, created_at)
      VALUES (\(productID)::int, \(delta)::int, \(reason)::text, \(now)::timestamp)
      """)
  }

  private func mappingUniqueness<T>(
    sku: String?, slug: String?, _ body: () async throws -> T
  ) async throws -> T {
    do {
      return try await body()
    } catch let error as PostgresError where error.isUniqueViolation {
      throw error.constraint == "idx_products_sku"
        ? CatalogueError.skuTaken(sku) : CatalogueError.productSlugTaken(slug)
    }
  }
}
