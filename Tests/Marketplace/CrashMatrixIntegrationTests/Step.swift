/// A step of an operation: one message of a service to something it depends on.
struct Step: Sendable {
  let name: String
  let link: Link
  /// The texts by which the message is known, the last one in the message itself.
  let texts: [String]

  init(_ name: String, _ link: Link, _ texts: String...) {
    self.name = name
    self.link = link
    self.texts = texts
  }

  /// The message that commits a transaction; READ COMMITTED, in its beginning, has no zero byte there.
  private static let commit = "COMMIT\0"

  /// The steps of an order of two products that succeeds.
  static let creation = [
    Step("looking for the key", .ordersToDatabase, "FROM idempotency_keys k"),
    Step("looking up the user", .ordersToUsers, "GET /users/"),
    Step("reading the user", .usersToStore, "/documents"),
    Step("looking up product 1", .ordersToProducts, "GET /products/1 "),
    Step("looking up product 2", .ordersToProducts, "GET /products/2 "),
    Step("writing the order", .ordersToDatabase, "INSERT INTO orders ("),
    Step("entering the order", .ordersToDatabase, "INSERT INTO orders (", commit),
    Step("taking product 1", .ordersToProducts, "POST /products/1/decrement-stock"),
    Step("committing that product 1 is taken", .productsToDatabase, "stock = stock - ", commit),
    Step("taking product 2", .ordersToProducts, "POST /products/2/decrement-stock"),
    Step("completing the placement", .ordersToDatabase, "DELETE FROM order_sagas WHERE"),
  ]

  /// The steps that follow when an order of two products fails at the second.
  static let undoing = [
    Step("abandoning the placement", .ordersToDatabase, "SET phase = 'undoing'", commit),
    Step("claiming the undoing", .ordersToDatabase, "::int RETURNING order_id, phase"),
    Step("reading what is owed", .ordersToDatabase, "SELECT product_id, quantity FROM order_saga_steps"),
    Step("undoing product 1", .ordersToProducts, "POST /products/1/restore-stock"),
    Step("committing that product 1 is undone", .productsToDatabase, "stock = stock + ", commit),
    Step("settling the first product", .ordersToDatabase, "SET settled = TRUE, returned"),
    Step("undoing product 2", .ordersToProducts, "POST /products/2/restore-stock"),
    Step("finishing the undoing", .ordersToDatabase, "DELETE FROM order_sagas s WHERE", commit),
  ]

  /// The steps of cancelling a paid order of two products.
  static let cancellation = [
    Step("reading the order", .ordersToDatabase, "FROM orders WHERE id = "),
    Step("refunding the payment", .ordersToDatabase, "UPDATE payments SET status = 'REFUNDED'"),
    Step("cancelling the order", .ordersToDatabase, "UPDATE payments SET status = 'REFUNDED'", commit),
    Step("claiming the release", .ordersToDatabase, "::int RETURNING order_id, phase"),
    Step("reading what is owed", .ordersToDatabase, "SELECT product_id, quantity FROM order_saga_steps"),
    Step("restoring product 1", .ordersToProducts, "POST /products/1/restore-stock"),
    Step("committing that product 1 is restored", .productsToDatabase, "stock = stock + ", commit),
    Step("settling the first product", .ordersToDatabase, "SET settled = TRUE, returned"),
    Step("restoring product 2", .ordersToProducts, "POST /products/2/restore-stock"),
    Step("finishing the release", .ordersToDatabase, "DELETE FROM order_sagas s WHERE", commit),
  ]

  /// The steps of paying an order.
  static let payment = [
    Step("writing the payment", .ordersToDatabase, "INSERT INTO payments"),
    Step("committing the payment", .ordersToDatabase, "INSERT INTO payments", commit),
  ]

  /// The steps of refunding a payment, up to where they are those of a cancellation.
  static let refund = [
    Step("committing the refund", .ordersToDatabase, "UPDATE payments SET status = 'REFUNDED'", commit)
  ]
}
