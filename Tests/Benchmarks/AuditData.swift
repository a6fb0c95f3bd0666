import Firestore
import FirestoreModel
import HTTP
import Postgres
import RFC3339
import ScratchPostgres

/// The data that audits are measured on: a million products, ten million order items of which a thousand dangle, half a
/// million users, three million orders of which ten dangle.
struct AuditData {
  let server: ScratchServer
  let firestore: FirestoreClient
  let firestoreAddress: String

  static let products = 1_000_000
  static let items = 10_000_000
  static let danglingItems = 1_000
  static let users = 500_000
  static let orders = 3_000_000
  static let danglingOrders = 10

  /// Where a database is, for programs.
  func url(_ database: String) -> String { "postgresql://postgres@127.0.0.1:\(server.port)/\(database)" }

  /// Runs statements in a database, each in a transaction of its own.
  func run(_ database: String, _ statements: [SQL]) async throws {
    let connection = try await PostgresConnection.connect(server.configuration(database: database))
    for statement in statements { _ = try await connection.query(statement) }
    await connection.close()
  }

  /// Makes both databases.
  func prepare() async throws {
    try await run("postgres", ["CREATE DATABASE products", "CREATE DATABASE orders"])
  }

  /// Fills the tables of products and items.
  func fillItems() async throws {
    // Every hundred-and-first id is missing, as after deletions: ten thousand gaps. Items point anywhere.
    try await run(
      "products",
      [
        "CREATE TABLE products (id serial PRIMARY KEY, name text NOT NULL DEFAULT 'a product', price numeric DEFAULT 9.99)",
        "INSERT INTO products (id) SELECT i FROM generate_series(1, 1010000) AS i WHERE i % 101 <> 7",
        "VACUUM ANALYZE products",
      ])
    try await run(
      "orders",
      [
        """
        CREATE TABLE order_items (id serial PRIMARY KEY, order_id int, product_id int NOT NULL, quantity int DEFAULT 1)
        """,
        """
        INSERT INTO order_items (order_id, product_id) SELECT i / 4, CASE WHEN i % 10000 = 0 THEN i / 10000 * 1010 + 7 \
        WHEN target % 101 = 7 THEN target + 1 ELSE target END \
        FROM (SELECT i, 1 + (hashint4(i) & 2147483647) % 1010000 AS target FROM generate_series(1, 10000000) AS i) AS r
        """,
        "CREATE INDEX ON order_items (product_id)", "VACUUM ANALYZE order_items",
        "CREATE TABLE sound_items AS SELECT id, product_id FROM order_items WHERE product_id % 101 <> 7",
        "VACUUM ANALYZE sound_items",
        "CREATE TABLE some_items AS SELECT * FROM sound_items WHERE id % 4 = 1", "VACUUM ANALYZE some_items",
      ])
  }

  /// Fills the table of orders and the collection of users.
  func fillOrders() async throws {
    try await run(
      "orders",
      [
        "CREATE TABLE orders (id serial PRIMARY KEY, user_uid varchar(255) NOT NULL, total numeric DEFAULT 5)",
        """
        INSERT INTO orders (user_uid) SELECT CASE WHEN i % 300000 = 0 THEN 'ghost' || i \
        ELSE left(md5((i::bigint * 7919 % 500000)::text), 28) END FROM generate_series(1, 3000000) AS i
        """,
        "CREATE INDEX ON orders (user_uid)", "VACUUM ANALYZE orders",
      ])
    try await fillUsers()
  }

  private func fillUsers() async throws {
    let connection = try await PostgresConnection.connect(server.configuration(database: "orders"))
    let rows = try await connection.query("SELECT left(md5(i::text), 28) FROM generate_series(0, 499999) AS i").rows
    await connection.close()
    for start in stride(from: 0, to: rows.count, by: 500) {
      let writes = try rows[start..<min(start + 500, rows.count)].map { row in
        let path = try DocumentPath("users/\(row[0].text ?? "")")
        return user(at: path, since: Timestamp(seconds: 1_700_000_000 + Int64(start)))
      }
      _ = try await firestore.commit(writes)
    }
  }

  private func user(at path: DocumentPath, since time: Timestamp) -> Write {
    Write.set(
      firestore.name(of: path),
      ["name": .string("A user"), "email": .string("someone@example.org"), "created_at": .timestamp(time)])
  }

  /// A day in the shop: a hundred users come, five leave without their orders, and a thousand orders are placed.
  ///
  /// Returns how many orders dangle now.
  func passDay() async throws -> Int {
    let now = SystemWallClock().now()
    let created = try (1...100).map { user(at: try DocumentPath("users/new-\($0)"), since: now) }
    let connection = try await PostgresConnection.connect(server.configuration(database: "orders"))
    let gone = try await connection.query("SELECT left(md5(i::text), 28) FROM generate_series(1, 5) AS i").rows
    let deleted = try gone.map { Write.delete(firestore.name(of: try DocumentPath("users/\($0[0].text ?? "")"))) }
    _ = try await firestore.commit(created + deleted)
    _ = try await connection.query(
      """
      INSERT INTO orders (user_uid) SELECT CASE WHEN i % 10 = 0 THEN 'new-' || i / 10 \
      ELSE left(md5((i + 1000)::text), 28) END FROM generate_series(1, 1000) AS i
      """)
    let dangling = try await connection.query(
      """
      SELECT count(*) FROM orders WHERE user_uid LIKE 'ghost%' \
      OR user_uid IN (SELECT left(md5(i::text), 28) FROM generate_series(1, 5) AS i)
      """)
    await connection.close()
    return try dangling.rows[0][0].decode(Int.self)
  }

  /// Updates two rows of a hundred without a vacuum, so that the visibility map no longer vouches for most pages.
  func makeStale() async throws {
    try await run("orders", ["UPDATE order_items SET quantity = quantity + 1 WHERE id % 50 = 3"])
  }
}
