import FirestoreModel
import Postgres
import RFC3339
import RunModel
import Testing

@testable import Audit

@Suite("Suggested relationships")
struct SuggestionTests {
  private func suggestions(_ stage: AuditStage, _ contracts: [String]) async throws -> [String] {
    var stores: [String: AuditedStore] = ["user-store": .firestore(stage.firestore)]
    for name in ["order-db", "product-db"] { stores[name] = .postgresql(stage.configuration(name)) }
    return try await AuditStage.rules(contracts).suggestions(stores: stores, clock: SystemWallClock())
      .map { "\($0.from) -> \($0.to) [\($0.reference)]: \($0.reason)" }
  }

  @Test("names and values that point at keys of other stores are told; what is known, or wrong, is not")
  func suggestions() async throws {
    let stage = try await AuditStage()
    try await stage.products.execute(
      script: """
        CREATE TABLE products (id int PRIMARY KEY, sku text); INSERT INTO products SELECT i, 'S-' || i FROM generate_series(1, 50) AS i;
        CREATE TABLE skus (code text PRIMARY KEY); INSERT INTO skus SELECT 'S-' || i FROM generate_series(1, 50) AS i
        """)
    try await stage.documents(
      Dictionary(uniqueKeysWithValues: (1...20).map { ("users/u\($0)", ["number": .integer(Int64($0))]) }))
    try await stage.documents(["carts/c1": ["user": .string("u1"), "owner_uid": .string("u7")]])
    try await stage.orders.execute(
      script: """
        CREATE TABLE orders (id int PRIMARY KEY, buyer_uid text, user_uid text, known text, product_id int, quantity int,
          parent_order_id int, article text, product_ref int, gone_user_id text);
        INSERT INTO orders SELECT i, 'u' || i, 'u' || i, 'u1', i, i, i, 'S-' || i, NULL, 'x' || i FROM generate_series(1, 20) AS i
        """)
    let contracts = [
      AuditStage.contract(
        "user-store",
        """
          - name: users
            physicalType: collection
            properties: [{name: uid, logicalType: string, primaryKey: true}, {name: number, logicalType: integer}]
          - name: carts
            physicalType: collection
            properties: [{name: id, logicalType: string, primaryKey: true}, {name: owner_uid}, {name: user}]
        """),
      AuditStage.contract(
        "product-db",
        """
          - {name: products, properties: [{name: id, logicalType: integer, primaryKey: true}]}
          - {name: skus, properties: [{name: code, logicalType: string, primaryKey: true}]}
        """),
      AuditStage.contract(
        "order-db",
        """
          - name: orders
            properties:
              - {name: id, logicalType: integer, primaryKey: true}
              - {name: buyer_uid, logicalType: string}
              - {name: user_uid, logicalType: string}
              - {name: known, \(AuditStage.refers(to: "user-store.yaml", "users.uid", "known"))}
              - {name: product_id, logicalType: integer}
              - {name: quantity, logicalType: integer}
              - {name: parent_order_id, logicalType: integer}
              - {name: article, logicalType: string}
              - {name: product_ref, logicalType: integer}
              - {name: gone_user_id, logicalType: string}
          - name: late orders
            physicalType: query
            customProperties: [{property: concord.query, value: "SELECT id, product_id FROM orders"}]
            properties: [{name: id, logicalType: integer, primaryKey: true}, {name: product_id, logicalType: integer}]
        """),
    ]
    let found = try await suggestions(stage, contracts)
    let expected = [
      "orders.buyer_uid -> users.uid [user-store.yaml#/schema/users/properties/uid]: 20 of 20 values that were looked up exist",
      "orders.user_uid -> users.uid [user-store.yaml#/schema/users/properties/uid]: it is named so, and 20 of 20 values that "
        + "were looked up exist",
      "orders.product_id -> products.id [product-db.yaml#/schema/products/properties/id]: it is named so, and 20 of 20 values "
        + "that were looked up exist",
      "orders.article -> skus.code [product-db.yaml#/schema/skus/properties/code]: 20 of 20 values that were looked up exist",
      "orders.product_ref -> products.id [product-db.yaml#/schema/products/properties/id]: it is named so, and there are no "
        + "values to compare",
    ]
    #expect(found == expected, "\(found.joined(separator: "\n"))")
  }
}
