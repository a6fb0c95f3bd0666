import Testing

@testable import Audit

@Suite("Names of tables")
struct QualifiedNameTests {
  @Test(
    "a dot separates unless it stands in quotes",
    arguments: [
      ("orders", ["orders"]), ("sales.orders", ["sales", "orders"]), ("Orders", ["Orders"]),
      ("\"odd.name\".t", ["odd.name", "t"]), ("\"a\"\"b\"", ["a\"b"]), ("x.\"Y z\"", ["x", "Y z"]),
    ])
  func parsing(text: String, parts: [String]) {
    #expect(QualifiedName(parsing: text).parts == parts)
  }

  @Test("names are quoted, so that upper case and reserved words are what they are")
  func quoting() {
    #expect(QualifiedName(parsing: "Order").quoted == "\"Order\"")
    #expect(QualifiedName(parsing: "sales.order").quoted == "\"sales\".\"order\"")
    #expect(QualifiedName(parsing: "\"a\"\"b\"").quoted == "\"a\"\"b\"")
  }

  @Test("the contract's schema holds where the name has none of its own")
  func schema() {
    #expect(QualifiedName(parsing: "orders").within("sales").quoted == "\"sales\".\"orders\"")
    #expect(QualifiedName(parsing: "x.orders").within("sales").quoted == "\"x\".\"orders\"")
    #expect(QualifiedName(parsing: "orders").within(nil).quoted == "\"orders\"")
    #expect(QualifiedName(parsing: "orders").within("public").shown == "\"orders\"")
    #expect(QualifiedName(parsing: "orders").within("sales").shown == "\"sales\".\"orders\"")
  }
}
