import DataContract
import JSON
import Testing
import YAMLSource

/// Two small contracts that refer to each other in every way that the standard has.
enum Sample {
  static let users = """
    kind: DataContract
    apiVersion: v3.1.0
    id: user-data
    version: 1.0.0
    status: active
    name: Users
    description: {purpose: Who may buy}
    tags: [core]
    servers:
      - {server: user-store, type: custom, project: marketplace-dev, description: Firestore}
    schema:
      - id: users_obj
        name: users
        physicalType: collection
        properties:
          - {id: uid_prop, name: uid, primaryKey: true, required: true, logicalType: string, physicalName: __name__}
          - {name: email, logicalType: string, classification: personal, logicalTypeOptions: {maxLength: 320}}
          - name: address
            logicalType: object
            properties: [{name: city, logicalType: string}]
          - name: roles
            logicalType: array
            items: {logicalType: string}
      - name: user_sessions
        physicalType: collection
        properties:
          - {name: token, primaryKey: true}
          - name: user_uid
            relationships:
              - to: users.uid
                customProperties:
                  - {property: concord.id, value: session-user-exists}
                  - {property: concord.severity, value: warning}
                  - {property: concord.filter, value: {field: is_active, op: ==, value: true}}
                  - {property: team.owner, value: identity}
    """

  static let orders = """
    kind: DataContract
    apiVersion: v3.1.0
    id: order-data
    version: 1.0.0
    status: active
    servers:
      - {server: order, type: postgres, host: localhost, port: 5434, database: order_database, schema: public}
    schema:
      - name: orders
        physicalType: table
        properties:
          - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
          - {name: shop, logicalType: integer, primaryKey: true, primaryKeyPosition: 2}
          - name: user_uid
            relationships:
              - to: users.odcs.yaml#/schema/users_obj/properties/uid_prop
                customProperties:
                  - {property: concord.filter, value: "status <> 'CANCELLED'"}
                  - {property: concord.description, value: Every order has a user}
                  - {property: concord.remedy, value: Restore the user or cancel the order}
          - name: status
            quality:
              - {metric: invalidValues, mustBe: 0, arguments: {validValues: [PAID, PENDING]}, severity: warning}
          - {name: total, quality: [{type: library, metric: nullValues, mustBeLessThan: 5, unit: percent}]}
        quality:
          - type: sql
            name: totals add up
            query: SELECT count(*) FROM orders WHERE total < 0
            mustBe: 0
            dimension: consistency
            customProperties:
              - {property: concord.rows, value: SELECT id FROM orders WHERE total < 0}
              - {property: concord.key, value: id}
          - {type: text, description: Read by people, id: for_people}
          - {type: custom, engine: soda, implementation: 'checks:'}
          - {metric: rowCount, mustBeBetween: [1, 10]}
      - name: order_items
        relationships:
          - from: [order_items.order_id, order_items.shop]
            to: [orders.id, orders.shop]
          - {from: order_items.buyer, to: /schema/purchases/properties/buyer}
        properties: [{name: order_id}, {name: shop}, {name: buyer}]
      - name: purchases
        physicalType: query
        properties: [{name: buyer}]
        customProperties:
          - {property: concord.query, value: SELECT user_uid AS buyer FROM orders}
          - {property: concord.basis, value: "SELECT user_uid AS buyer, xmin FROM orders"}
    slaProperties:
      - {property: retention, value: 30, unit: d, element: 'orders.status, order_items'}
      - {property: latency, value: 4, unit: h}
    """

  static let files = ["data/users.odcs.yaml": users, "data/orders.odcs.yaml": orders]

  static func load() throws -> DataContractSet {
    let (set, diagnostics) = DataContractSet.load(
      files: ["data/users.odcs.yaml", "data/orders.odcs.yaml"], loader: SourceLoader(files: files))
    #expect(diagnostics.isEmpty, "\(diagnostics.map(\.description))")
    return try #require(set)
  }
}

@Suite("A data contract becomes values")
struct DataContractTests {
  @Test("objects, properties and servers")
  func structure() throws {
    let users = try Sample.load().contracts[0]
    #expect(users.id == "user-data" && users.name == "Users" && users.purpose == "Who may buy")
    #expect(users.servers.first?.name == "user-store")
    #expect(users.servers.first?.details == ["project": "marketplace-dev"])
    let object = try #require(users.object(named: "users"))
    #expect(object.kind == .collection)
    #expect(object.property(named: "uid")?.physicalName == "__name__")
    #expect(object.property(named: "email")?.classification == "personal")
    #expect(object.property(named: "email")?.options == ["maxLength": 320])
    #expect(object.property(named: "address")?.properties.map(\.name) == ["city"])
    #expect(object.property(named: "roles")?.items.first?.logicalType == .string)
    #expect(object.property(named: "uid")?.location.description == "data/users.odcs.yaml:16:9")
    let orders = try Sample.load().contracts[1]
    #expect(orders.object(named: "orders")?.primaryKey.map(\.name) == ["id", "shop"])
    #expect(orders.object(named: "purchases")?.kind == .query("SELECT user_uid AS buyer FROM orders"))
    #expect(orders.object(named: "purchases")?.basis == "SELECT user_uid AS buyer, xmin FROM orders")
    #expect(orders.object(named: "order_items")?.kind == .table)
    #expect(orders.servers.first?.details["port"] == 5434)
  }

  @Test("relationships of both levels and both notations are linked, across contracts and composite")
  func relationships() throws {
    let set = try Sample.load()
    let links = set.relationships.map { link in
      let from = link.from.map { "\($0.object).\($0.path.joined(separator: "."))" }
      let to = link.to.map { "\($0.object).\($0.path.joined(separator: "."))" }
      return "\(link.relationship.id): \(from) -> \(to) \(link.to[0].contractFile)"
    }
    #expect(
      links == [
        #"session-user-exists: ["user_sessions.user_uid"] -> ["users.uid"] data/users.odcs.yaml"#,
        #"orders-user-uid-to-users-obj: ["orders.user_uid"] -> ["users.uid"] data/users.odcs.yaml"#,
        #"order-items-order-id-shop-to-orders: ["order_items.order_id", "order_items.shop"] -> ["orders.id", "orders.shop"] data/orders.odcs.yaml"#,
        #"order-items-buyer-to-purchases: ["order_items.buyer"] -> ["purchases.buyer"] data/orders.odcs.yaml"#,
      ])
    let session = set.relationships[0].relationship
    #expect(session.severity == .warning)
    #expect(session.custom["team.owner"] == "identity")
    guard case .fields(let conditions)? = session.filter else { throw Diagnostic(location: nil, message: "no filter") }
    #expect(
      conditions.map(\.field) == ["is_active"] && conditions[0].comparison == .equal && conditions[0].value == true)
    let order = set.relationships[1]
    #expect(order.relationship.filter == .sql("status <> 'CANCELLED'"))
    #expect(order.relationship.severity == .error)
    #expect(order.relationship.summary == "Every order has a user")
    #expect(order.relationship.remedy == "Restore the user or cancel the order")
    #expect(order.relationship.location.description == "data/orders.odcs.yaml:16:13")
    #expect(set.owner(of: order.to[0])?.contract.id == "user-data")
    #expect(set.owner(of: order.to[0])?.object.name == "users")
  }

  @Test("quality rules of every type")
  func quality() throws {
    let rules = try Sample.load().contracts[1].qualityRules
    #expect(
      rules.map(\.id) == [
        "orders-totals-add-up", "for_people", "orders-soda", "orders-rowcount", "orders-status-invalidvalues",
        "orders-total-nullvalues",
      ])
    guard case .sql(let query, let threshold, let rows?) = rules[0].kind else {
      throw Diagnostic(location: nil, message: "not sql")
    }
    #expect(query == "SELECT count(*) FROM orders WHERE total < 0")
    #expect(threshold == .mustBe(0))
    #expect(rows.query == "SELECT id FROM orders WHERE total < 0" && rows.key == ["id"])
    #expect(rules[0].dimension == .consistency && rules[0].severity == .error && rules[0].property.isEmpty)
    #expect(rules[1].kind == .text && rules[1].summary == "Read by people")
    #expect(rules[2].kind == .custom(engine: "soda", implementation: "checks:"))
    guard case .library(.rowCount, _, let between) = rules[3].kind else {
      throw Diagnostic(location: nil, message: "not a row count")
    }
    #expect(between.description == "must be between 1 and 10")
    guard case .library(.invalidValues, let arguments, _) = rules[4].kind else {
      throw Diagnostic(location: nil, message: "not invalid values")
    }
    #expect(arguments == ["validValues": ["PAID", "PENDING"]])
    #expect(rules[4].severity == .warning && rules[4].property == ["status"])
    #expect(rules[5].unit == "percent")
  }

  @Test("retention is a span of time on elements that exist")
  func serviceLevels() throws {
    let levels = try Sample.load().contracts.flatMap { contract in
      contract.serviceLevels.filter { $0.property == "retention" }.map { (contract: contract, level: $0) }
    }
    #expect(levels.map(\.level.duration) == [.seconds(30 * 86_400)])
    #expect(levels.map(\.level.elements) == [["orders.status", "order_items"]])
    #expect(levels.map(\.contract.id) == ["order-data"])
  }

  @Test("one contract alone loads although it refers to another")
  func alone() {
    let (contract, diagnostics) = DataContract.load(
      file: "data/orders.odcs.yaml", loader: SourceLoader(files: Sample.files))
    #expect(contract?.relationships.count == 3)
    #expect(diagnostics.isEmpty)
  }
}

@Suite("Thresholds")
struct ThresholdTests {
  @Test(
    "every operator, at its edges",
    arguments: [
      (Threshold.mustBe(5), [4: false, 5: true, 6: false]), (.mustNotBe(5), [4: true, 5: false]),
      (.mustBeGreaterThan(JSONNumber(5)), [5: false, 6: true]),
      (.mustBeGreaterOrEqualTo(JSONNumber(5)), [4: false, 5: true]),
      (.mustBeLessThan(JSONNumber(5)), [4: true, 5: false]),
      (.mustBeLessOrEqualTo(JSONNumber(5)), [5: true, 6: false]),
      (.mustBeBetween(JSONNumber(2), JSONNumber(4)), [1: false, 2: true, 4: true, 5: false]),
      (.mustNotBeBetween(JSONNumber(2), JSONNumber(4)), [1: true, 2: false, 4: false, 5: true]),
    ] as [(Threshold, [Int: Bool])])
  func operators(threshold: Threshold, values: [Int: Bool]) {
    for (value, isSatisfied) in values {
      #expect(threshold.isSatisfied(by: .number(JSONNumber(value))) == isSatisfied, "\(value) \(threshold)")
    }
  }

  @Test("numbers compare by value, other values only as equal")
  func kinds() {
    #expect(Threshold.mustBe(0).isSatisfied(by: .number(JSONNumber(lexeme: "0.00") ?? JSONNumber(1))))
    #expect(Threshold.mustBe("a").isSatisfied(by: "a"))
    #expect(!Threshold.mustBeLessThan(JSONNumber(5)).isSatisfied(by: "1"))
  }
}
