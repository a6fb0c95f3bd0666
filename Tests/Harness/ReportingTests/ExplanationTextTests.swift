import RunModel
import Testing

@testable import Reporting

@Suite("An audit explained before it is done")
struct ExplanationTextTests {
  private static func rule(_ id: String, _ title: String) throws -> RuleDescription {
    RuleDescription(
      id: try #require(RuleID(id)), title: title, kind: .quality(metric: "sql"), severity: .error,
      subject: DataLocation(store: "order-db", object: "orders", fields: ["id"]), filter: nil, source: nil, remedy: nil)
  }

  @Test("the chosen way comes first, what it takes below, the others after it, the sum at the end")
  func text() throws {
    let explanations = [
      RuleExplanation(
        rule: try Self.rule("orders-have-users", "every order has a user"), rows: 2_999_999.6,
        ways: [
          .init(
            plan: ["order-db: each key once", "user-store: every name"], seconds: 4.217, bytes: 96 * 1_048_576,
            firestoreReads: 500_000, memory: 16 * 1_048_576),
          .init(plan: ["a", "b"], seconds: 0.0001, bytes: 12, firestoreReads: 1, memory: 2048),
        ]),
      RuleExplanation(
        rule: try Self.rule("lost", "a rule \u{1B}[31mwithout a store"), rows: nil, ways: [], problem: "no\nserver"),
    ]
    #expect(
      ExplanationText(explanations).lines == [
        "orders-have-users: every order has a user",
        "  judges about 3,000,000 rows of orders",
        "  order-db: each key once",
        "  user-store: every name",
        "  about 4.21 s, 96 MiB from the stores, 16 MiB of memory, 500,000 Firestore reads (at most $0.30)",
        "  instead of: a; b: about 1 ms, 12 bytes from the stores, 2 KiB of memory, 1 Firestore read (at most $0.01)",
        "",
        "lost: a rule \(TerminalStyle.printable("\u{1B}"))[31mwithout a store",
        "  cannot be planned: no server",
        "",
        "2 rules, about 4.21 s, 96 MiB from the stores, 500,000 Firestore reads (at most $0.30); estimates, "
          + "nothing was audited",
      ])
  }
}
