internal import Postgres
package import RFC3339
package import ServiceKit

/// Reviews in PostgreSQL.
package struct PostgresReviewRepository: ReviewRepository {
  private let database: ServiceDatabase
  private let clock: any WallClock

  private static let columns = """
    id, product_id, user_uid, order_id, rating, title, comment, is_verified_purchase, is_approved, created_at, updated_at
    """

  /// Stands on the product database.
  package init(database: ServiceDatabase, clock: any WallClock) {
    self.database = database
    self.clock = clock
  }

  package func list(productID: Int, _ filter: ReviewFilter, below id: Int?, limit: Int) async throws -> [Review] {
    // raw: a constant list of columns
    try await database.query(
      """
      SELECT \(raw: Self.columns) FROM product_reviews
      WHERE product_id = \(productID)::int AND deleted_at IS NULL
        AND (\(filter.isApproved)::boolean IS NULL OR is_approved = \(filter.isApproved)::boolean)
        AND (\(filter.rating)::int IS NULL OR rating = \(filter.rating)::int)
        AND (\(id)::int IS NULL OR id < \(id)::int)
      ORDER BY id DESC LIMIT \(limit)::int
      """
    ).map(Self.review)
  }

  package func find(_ id: Int) async throws -> Review? {
    // raw: a constant list of columns
    try await database.query(
      "SELECT \(raw: Self.columns) FROM product_reviews WHERE id = \(id)::int AND deleted_at IS NULL"
    ).first.map(Self.review)
  }

  package func find(productID: Int, userUID: String) async throws -> Review? {
    // raw: a constant list of columns
    try await database.query(
      """
      SELECT \(raw: Self.columns) FROM product_reviews
      WHERE product_id = \(productID)::int AND user_uid = \(userUID)::text AND deleted_at IS NULL
      """
    ).first.map(Self.review)
  }

  package func create(productID: Int, _ draft: ReviewDraft, verifiedOrderID: Int?) async throws -> Review {
    let now = clock.now().truncatedToMicroseconds()
    do {
      return try await database.transaction { connection in
        // The shared lock lets no restore of this product in between: see the next check.
        let product = try connection.rows(
          "SELECT 1 FROM products WHERE id = \(productID)::int AND deleted_at IS NULL FOR SHARE")
        guard !product.isEmpty else { throw CatalogueError.unknownProduct(id: productID) }
        if let verifiedOrderID {
          // The order may have been cancelled since order-service confirmed it; then its units are back already.
          let returned = try connection.rows(
            """
            SELECT 1 FROM stock_movements WHERE product_id = \(productID)::int
              AND order_id = \(verifiedOrderID)::int AND reason = 'restore'
            """)
          guard returned.isEmpty else { throw CatalogueError.purchaseNotVerified(orderID: draft.orderID) }
        }
        // raw: a constant list of columns
        return try Self.review(
          connection.one(
            """
            INSERT INTO product_reviews
              (product_id, user_uid, order_id, rating, title, comment, is_verified_purchase, created_at, updated_at)
            VALUES (\(productID)::int, \(draft.userUID)::text, \(verifiedOrderID)::int, \(draft.rating)::int,
              \(draft.title)::text, \(draft.comment)::text, \(verifiedOrderID != nil)::boolean,
              \(now)::timestamp, \(now)::timestamp)
            RETURNING \(raw: Self.columns)
            """))
      }
    } catch let error as PostgresError where error.isUniqueViolation {
      throw CatalogueError.alreadyReviewed(userUID: draft.userUID, productID: productID)
    }
  }

  package func update(_ id: Int, _ changes: ReviewChanges) async throws -> Review {
    let now = clock.now().truncatedToMicroseconds()
    return try await database.transaction { connection in
      // raw: a constant list of columns
      guard
        let row = try connection.rows(
          "SELECT \(raw: Self.columns) FROM product_reviews WHERE id = \(id)::int AND deleted_at IS NULL FOR UPDATE"
        ).first
      else { throw CatalogueError.unknownReview(id: id) }
      let old = try Self.review(row)
      let title = changes.title.applied(to: old.title)
      let comment = changes.comment.applied(to: old.comment)
      return try Self.review(
        connection.one(
          """
          UPDATE product_reviews SET rating = \(changes.rating ?? old.rating)::int, title = \(title)::text,
            comment = \(comment)::text, is_approved = FALSE, updated_at = \(now)::timestamp
          WHERE id = \(id)::int RETURNING \(raw: Self.columns)
          """))
    }
  }

  package func delete(_ id: Int) async throws {
    let now = clock.now().truncatedToMicroseconds()
    let deleted = try await database.query(
      """
      UPDATE product_reviews SET deleted_at = \(now)::timestamp, updated_at = \(now)::timestamp
      WHERE id = \(id)::int AND deleted_at IS NULL RETURNING id
      """)
    guard !deleted.isEmpty else { throw CatalogueError.unknownReview(id: id) }
  }

  package func approve(_ id: Int) async throws -> Review {
    let now = clock.now().truncatedToMicroseconds()
    // raw: a constant list of columns
    let rows = try await database.query(
      """
      UPDATE product_reviews
      SET updated_at = CASE WHEN is_approved THEN updated_at ELSE \(now)::timestamp END, is_approved = TRUE
      WHERE id = \(id)::int AND deleted_at IS NULL RETURNING \(raw: Self.columns)
      """)
    guard let row = rows.first else { throw CatalogueError.unknownReview(id: id) }
    return try Self.review(row)
  }

  private static func review(_ row: PostgresRow) throws -> Review {
    try Review(
      id: row["id"].decode(Int.self),
      productID: row["product_id"].decode(Int.self),
      userUID: row["user_uid"].decode(String.self),
      orderID: row["order_id"].decode(Int?.self),
      rating: row["rating"].decode(Int.self),
      title: row["title"].text,
      comment: row["comment"].text,
      isVerifiedPurchase: row["is_verified_purchase"].decode(Bool.self),
      isApproved: row["is_approved"].decode(Bool.self),
      createdAt: row["created_at"].decode(Timestamp.self),
      updatedAt: row["updated_at"].decode(Timestamp.self))
  }
}
