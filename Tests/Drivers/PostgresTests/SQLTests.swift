import Testing

@testable import Postgres

@Suite("SQL statements")
struct SQLTests {
  @Test("interpolated values become numbered placeholders")
  func placeholders() {
    let id = 7
    let sql: SQL = "SELECT * FROM t WHERE id = \(id) AND name = \("x'; DROP TABLE t; --")"
    #expect(sql.text == "SELECT * FROM t WHERE id = $1 AND name = $2")
    #expect(sql.parameters.map(\.bytes) == [Array("7".utf8), Array("x'; DROP TABLE t; --".utf8)])
  }

  @Test("statements put together number their placeholders through")
  func composition() {
    let condition: SQL = "price < \(5) OR price > \(9)"
    var sql: SQL = "SELECT \(1) WHERE (\(condition)) AND kind = \("k")"
    sql += " LIMIT \(3)"
    #expect(sql.text == "SELECT $1 WHERE (price < $2 OR price > $3) AND kind = $4 LIMIT $5")
    #expect(sql.parameters.count == 5)
    #expect((SQL("a = \(1)") + " AND b = \(2)").text == "a = $1 AND b = $2")
  }

  @Test("a digit after a value does not become part of the placeholder")
  func digitAfterValue() {
    #expect(SQL("SELECT \("a")5").text == "SELECT $1 5")
  }

  @Test("nil is NULL of no declared type")
  func null() {
    let name: String? = nil
    let sql: SQL = "SELECT \(name)"
    #expect(sql.parameters == [.null])
  }

  @Test(
    "identifiers are quoted, whatever is in them",
    arguments: [
      ("users", "\"users\""), ("Mixed Case", "\"Mixed Case\""), ("a\"b", "\"a\"\"b\""), ("", "\"\""),
      ("\"; DROP TABLE t; --", "\"\"\"; DROP TABLE t; --\""), ("\"\"", "\"\"\"\"\"\""),
    ]
  )
  func identifiers(name: String, quoted: String) {
    #expect(SQL("\(identifier: name)").text == quoted)
  }

  @Test(
    "constants are quoted, whatever is in them",
    arguments: [
      ("a", "'a'"), ("it's", "'it''s'"), ("\\'; --", " E'\\\\''; --'"), ("", "''"),
    ]
  )
  func literals(text: String, quoted: String) {
    #expect(SQL("\(literal: text)").text == quoted)
  }

  @Test("neither description nor dump shows a value")
  func descriptions() {
    let sql: SQL = "SELECT \("hunter2")"
    var dumped = ""
    dump(sql, to: &dumped)
    for text in ["\(sql)", String(reflecting: sql), dumped, "\(sql.parameters)", String(reflecting: sql.parameters)] {
      #expect(!text.contains("hunter2"))
    }
    #expect("\(sql)" == "SELECT $1")
  }

  @Test("zero characters are refused in statements and in text values, not cut off")
  func zeroCharacters() {
    let sent: [SQL] = ["SELECT \("a\0b")", "SELECT 1 AS \(identifier: "a\0b")", SQL(unsafe: "SELECT 1\0")]
    for sql in sent {
      let error = #expect(throws: PostgresError.self) { try WireStatement(sql) }
      #expect(error?.code == .invalidRequest)
    }
    #expect(throws: Never.self) { try WireStatement("SELECT \([0, 1] as [UInt8])") }
  }

  @Test("more values than the protocol counts are refused")
  func tooManyValues() {
    var sql: SQL = "SELECT 0"
    for _ in 0..<65536 {
      sql += ",\(1)"
    }
    let error = #expect(throws: PostgresError.self) { try WireStatement(sql) }
    #expect(error?.code == .invalidRequest)
  }
}
