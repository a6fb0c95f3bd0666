// Rows that name the request that wrote them, in both kinds of stores.

import Audit
import FirestoreModel
import Postgres
import RunModel
import Synchronization
import Testing

@Suite("Requests that rows name")
struct RequestLogTests {
  private static let contracts = [
    AuditStage.contract(
      "order-db",
      """
        - name: logs
          customProperties: [{property: concord.requestId, value: request}]
          properties:
            - {name: number, primaryKey: true}
            - {name: request}
            - {name: product, \(AuditStage.refers(to: "product-db.yaml", "products.id", "logs-have-products"))}
      """),
    AuditStage.contract("product-db", "  - {name: products, properties: [{name: id, primaryKey: true}]}"),
    AuditStage.contract(
      "user-store",
      """
        - name: carts
          physicalType: collection
          customProperties: [{property: concord.requestId, value: request}]
          properties:
            - {name: cart, primaryKey: true}
            - {name: request}
            - {name: product, \(AuditStage.refers(to: "product-db.yaml", "products.id", "carts-have-products"))}
      """),
  ]

  private func journal(_ ids: String...) -> WriteJournal {
    let journal = WriteJournal()
    for id in ids {
      journal.note(
        WritingRequest(
          method: "GET", path: "/things", service: "s", status: 200, caseID: CaseID(suite: "s", name: "c"),
          requestID: id))
    }
    return journal
  }

  @Test("a finding names the request that its row names, if it was one of the run", arguments: ["text", "uuid"])
  func found(type: String) async throws {
    let stage = try await AuditStage()
    let (mine, other) = ("6f9619ff-8b86-d011-b42d-00c04fc964ff", "00000000-0000-0000-0000-000000000001")
    try await stage.orders.execute(
      script: """
        CREATE TABLE logs (number int PRIMARY KEY, request \(type), product int);
        INSERT INTO logs VALUES (1, '\(mine)', 7), (2, '\(other)', 7), (3, NULL, 7), (4, '\(mine)', 1);
        """)
    try await stage.products.execute(
      script: "CREATE TABLE products (id int PRIMARY KEY); INSERT INTO products VALUES (1)")
    try await stage.documents([
      "carts/a": ["request": .string(mine), "product": .integer(9)],
      "carts/b": ["request": .string(other), "product": .integer(9)], "carts/c": ["product": .integer(9)],
    ])
    let listener = Listener()
    // The second id is none that a uuid can be.
    try await stage.auditor(
      Self.contracts, listener: listener, journal: journal(mine, "concord-1")
    ).run()
    func requests(_ rule: String) -> [[String?]] {
      listener.results[rule]?.findings.map { $0.requests.map(\.requestID) } ?? []
    }
    #expect(requests("logs-have-products") == [[mine], [], []])
    #expect(requests("carts-have-products") == [[mine], [], []])
  }

  @Test("a log that cannot be read costs the names and no rule")
  func unreadable() async throws {
    let stage = try await AuditStage()
    try await stage.orders.execute(
      script: "CREATE TABLE logs (number int PRIMARY KEY, product int); INSERT INTO logs VALUES (1, 7)")
    try await stage.products.execute(script: "CREATE TABLE products (id int PRIMARY KEY)")
    let notices = Mutex<[String]>([])
    let listener = Listener { event in
      if case .noted(let notice) = event { notices.withLock { $0.append(notice.message) } }
    }
    try await stage.auditor(Self.contracts, listener: listener, journal: journal("r1")).run()
    #expect(listener.results["logs-have-products"]?.findingCount == 1)
    #expect(
      notices.withLock { $0.count } == 1
        && notices.withLock { $0[0].hasPrefix("which requests wrote the rows of 'logs' is not known: ") })
  }
}
