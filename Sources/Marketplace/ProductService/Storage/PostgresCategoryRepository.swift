internal import Postgres
package import RFC3339
package import ServiceKit

/// Categories in PostgreSQL.
package struct PostgresCategoryRepository: CategoryRepository {
  private let database: ServiceDatabase
  private let clock: any WallClock

  private static let columns =
    "id, name, description, status, sort_order, parent_id, slug, image_url, created_at, updated_at"

  /// Stands on the product database.
  package init(database: ServiceDatabase, clock: any WallClock) {
    self.database = database
    self.clock = clock
  }

  package func list(
    status: CatalogueStatus?, parentID: Int?, after position: CategoryPosition?, limit: Int
  ) async throws -> [Category] {
    // raw: a constant list of columns
    try await database.query(
      """
      SELECT \(raw: Self.columns) FROM categories
      WHERE deleted_at IS NULL
        AND (\(status?.rawValue)::text IS NULL OR status = \(status?.rawValue)::text)
        AND (\(parentID)::int IS NULL OR parent_id = \(parentID)::int)
        AND (\(position?.id)::int IS NULL OR (sort_order, id) > (\(position?.sortOrder)::int, \(position?.id)::int))
      ORDER BY sort_order, id LIMIT \(limit)::int
      """
    ).map(Self.category)
  }

  package func all() async throws -> [Category] {
    // raw: a constant list of columns
    try await database.query("SELECT \(raw: Self.columns) FROM categories WHERE deleted_at IS NULL")
      .map(Self.category)
  }

  package func find(_ id: Int) async throws -> Category? {
    // raw: a constant list of columns
    try await database.query(
      "SELECT \(raw: Self.columns) FROM categories WHERE id = \(id)::int AND deleted_at IS NULL"
    ).first.map(Self.category)
  }

  package func create(_ draft: CategoryDraft) async throws -> Category {
    let now = clock.now().truncatedToMicroseconds()
    return try await mappingSlug(draft.slug) {
      try await database.transaction { connection in
        if let parentID = draft.parentID {
          try Self.lockTree(connection)
          try Self.requireParent(parentID, of: nil, height: 1, connection)
        }
        // raw: a constant list of columns
        return try Self.category(
          connection.one(
            """
            INSERT INTO categories (name, description, status, sort_order, parent_id, slug, image_url, created_at, updated_at)
            VALUES (\(draft.name)::text, \(draft.description)::text, \(draft.status.rawValue)::text,
              \(draft.sortOrder)::int, \(draft.parentID)::int, \(draft.slug)::text, \(draft.imageURL)::text,
              \(now)::timestamp, \(now)::timestamp)
            RETURNING \(raw: Self.columns)
            """))
      }
    }
  }

  package func update(_ id: Int, _ changes: CategoryChanges) async throws -> Category {
    let now = clock.now().truncatedToMicroseconds()
    return try await mappingSlug(changes.slug) {
      try await database.transaction { connection in
        if case .value = changes.parentID { try Self.lockTree(connection) }
        // raw: a constant list of columns
        guard
          let row = try connection.rows(
            "SELECT \(raw: Self.columns) FROM categories WHERE id = \(id)::int AND deleted_at IS NULL FOR UPDATE"
          ).first
        else { throw CatalogueError.unknownCategory(id: id) }
        let old = try Self.category(row)
        let parentID = changes.parentID.applied(to: old.parentID)
        if case .value(let newParent) = changes.parentID, newParent != old.parentID {
          try Self.requireParent(newParent, of: id, height: Self.height(of: id, connection), connection)
        }
        let description = changes.description.applied(to: old.description)
        let imageURL = changes.imageURL.applied(to: old.imageURL)
        return try Self.category(
          connection.one(
            """
            UPDATE categories SET name = \(changes.name ?? old.name)::text, description = \(description)::text,
              status = \(changes.status?.rawValue ?? old.status)::text,
              sort_order = \(changes.sortOrder ?? old.sortOrder)::int, parent_id = \(parentID)::int,
              slug = \(changes.slug ?? old.slug)::text, image_url = \(imageURL)::text, updated_at = \(now)::timestamp
            WHERE id = \(id)::int RETURNING \(raw: Self.columns)
            """))
      }
    }
  }

  package func delete(_ id: Int) async throws {
    let now = clock.now().truncatedToMicroseconds()
    try await database.transaction { connection in
      try Self.lockTree(connection)
      // The row lock comes first: a product being listed in this category holds it shared until it commits.
      let deleted = try connection.rows(
        """
        UPDATE categories SET deleted_at = \(now)::timestamp, updated_at = \(now)::timestamp
        WHERE id = \(id)::int AND deleted_at IS NULL RETURNING id
        """)
      guard !deleted.isEmpty else { throw CatalogueError.unknownCategory(id: id) }
      let users = try connection.rows(
        """
        SELECT 1 FROM categories WHERE parent_id = \(id)::int AND deleted_at IS NULL
        UNION ALL SELECT 1 FROM products WHERE category_id = \(id)::int AND deleted_at IS NULL LIMIT 1
        """)
      guard users.isEmpty else { throw CatalogueError.categoryInUse(id: id) }
    }
  }

  // Two moves at once could close a cycle that neither sees alone, so changes of the tree's shape take turns.
  private static func lockTree(_ connection: isolated PostgresConnection) throws {
    _ = try connection.rows("SELECT pg_advisory_xact_lock(hashtext('categories.parent_id'))")
  }

  private static func requireParent(
    _ parentID: Int, of id: Int?, height: Int, _ connection: isolated PostgresConnection
  ) throws {
    // UNION, not UNION ALL: a damaged tree that already holds a cycle ends the walk instead of hanging it.
    let ancestors = try connection.rows(
      """
      WITH RECURSIVE above (id, parent_id) AS (
        SELECT id, parent_id FROM categories WHERE id = \(parentID)::int AND deleted_at IS NULL
        UNION SELECT c.id, c.parent_id FROM categories c JOIN above a ON c.id = a.parent_id
      ) SELECT id FROM above
      """
    ).map { try $0["id"].decode(Int.self) }
    guard !ancestors.isEmpty else { throw CatalogueError.noSuchParent(id: parentID) }
    if let id, ancestors.contains(id) { throw CatalogueError.cycle(id: id, parentID: parentID) }
    guard ancestors.count + height <= CategoryTree.maximumDepth else { throw CatalogueError.tooDeep }
  }

  private static func height(of id: Int, _ connection: isolated PostgresConnection) throws -> Int {
    try connection.one(
      """
      WITH RECURSIVE below (id, depth) AS (
        SELECT \(id)::int, 1
        UNION SELECT c.id, b.depth + 1 FROM categories c JOIN below b ON c.parent_id = b.id
        WHERE c.deleted_at IS NULL AND b.depth <= \(CategoryTree.maximumDepth)::int
      ) SELECT MAX(depth)::int AS height FROM below
      """
    )["height"].decode(Int.self)
  }

  private func mappingSlug<T>(_ slug: String?, _ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch let error as PostgresError where error.isUniqueViolation {
      throw CatalogueError.categorySlugTaken(slug)
    }
  }

  private static func category(_ row: PostgresRow) throws -> Category {
    try Category(
      id: row["id"].decode(Int.self),
      name: row["name"].decode(String.self),
      description: row["description"].text,
      status: row["status"].decode(String.self),
      sortOrder: row["sort_order"].decode(Int.self),
      parentID: row["parent_id"].decode(Int?.self),
      slug: row["slug"].decode(String.self),
      imageURL: row["image_url"].text,
      createdAt: row["created_at"].decode(Timestamp.self),
      updatedAt: row["updated_at"].decode(Timestamp.self))
  }
}
