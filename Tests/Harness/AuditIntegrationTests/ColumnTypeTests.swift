import Postgres
import RunModel
import Testing

@Suite("Keys of every column type")
struct ColumnTypeTests {
  /// A pair of column types, and keys of the referrer with whether each exists at the referent.
  struct Pair: Sendable, CustomStringConvertible {
    let referrer: String
    let referent: String
    /// SQL expressions of the referent's keys.
    let keys: [String]
    let present: [String]
    let missing: [String]

    var description: String { "\(referrer) to \(referent)" }
  }

  static let pairs: [Pair] = [
    Pair(referrer: "int", referent: "bigint", keys: ["1", "-5"], present: ["1", "-5", "NULL"], missing: ["2"]),
    Pair(
      referrer: "bigint", referent: "smallint", keys: ["1"], present: ["1"], missing: ["70000", "9223372036854775807"]),
    Pair(
      referrer: "text", referent: "int", keys: ["7"], present: ["'7'"],
      missing: ["'07'", "' 7'", "'+7'", "'seven'", "''"]),
    Pair(referrer: "int", referent: "varchar(9)", keys: ["'7'"], present: ["7"], missing: ["8"]),
    Pair(
      referrer: "numeric", referent: "numeric(10,2)", keys: ["5", "0.5"], present: ["5.000", "0.50"],
      missing: ["5.01", "'NaN'", "5e30"]),
    Pair(referrer: "int", referent: "numeric", keys: ["5.00"], present: ["5"], missing: ["6"]),
    Pair(
      referrer: "text", referent: "numeric", keys: ["5.5"], present: ["'5.5'"], missing: ["'5.50'", "'5,5'", "'x'"]),
    Pair(
      referrer: "uuid", referent: "uuid", keys: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
      present: ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"], missing: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'"]),
    Pair(
      referrer: "text", referent: "uuid", keys: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
      present: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
      missing: ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'not a uuid'"]),
    Pair(referrer: "char(5)", referent: "text", keys: ["'ab'"], present: ["'ab'"], missing: ["'abc'"]),
    Pair(referrer: "text", referent: "char(5)", keys: ["'ab'"], present: ["'ab'"], missing: ["'ab '", "'Ab'"]),
    Pair(referrer: "char(5)", referent: "char(9)", keys: ["'ab'"], present: ["'ab'"], missing: ["'b'"]),
    Pair(
      referrer: "text", referent: "text COLLATE loose", keys: ["'Ada'"], present: ["'Ada'"],
      missing: ["'ada'", "'ADA'"]),
    Pair(
      referrer: "text COLLATE loose", referent: "text", keys: ["'Ada'", "'bob'"], present: ["'Ada'"],
      missing: ["'ada'", "'BOB'"]),
    Pair(
      referrer: "varchar COLLATE \"C\"", referent: "varchar", keys: ["U&'\\00E9'"], present: ["U&'\\00E9'"],
      missing: ["U&'e\\0301'"]),
    Pair(referrer: "mood", referent: "text", keys: ["'happy'"], present: ["'happy'"], missing: ["'sad'"]),
    Pair(referrer: "text", referent: "mood", keys: ["'happy'"], present: ["'happy'"], missing: ["'sad'", "'angry'"]),
    Pair(referrer: "boolean", referent: "boolean", keys: ["true"], present: ["true"], missing: ["false"]),
    Pair(referrer: "float8", referent: "int", keys: ["5"], present: ["5.0"], missing: ["5.5", "'-0'"]),
    Pair(
      referrer: "date", referent: "date", keys: ["'2026-11-24'"], present: ["'2026-11-24'"], missing: ["'2026-11-25'"]),
    Pair(
      referrer: "timestamptz", referent: "timestamptz", keys: ["'2026-11-24 02:00:00+00'"],
      present: ["'2026-11-24 03:00:00+01'"], missing: ["'2026-11-24 03:00:00+00'"]),
    Pair(referrer: "positive", referent: "bigint", keys: ["7"], present: ["7"], missing: ["8"]),
    Pair(referrer: "inet", referent: "inet", keys: ["'10.0.0.1'"], present: ["'10.0.0.1'"], missing: ["'10.0.0.2'"]),
    Pair(
      referrer: "json", referent: "text", keys: ["'{\"a\": 1}'"], present: ["'{\"a\": 1}'"], missing: ["'{\"a\":1}'"]),
  ]

  @Test("a key is found by its value, and nothing else is taken for it")
  func types() async throws {
    let stage = try await AuditStage()
    var (referrers, referents) = ("", "")
    for connection in [stage.orders, stage.products] { try await connection.execute(script: Self.types) }
    for (number, pair) in Self.pairs.enumerated() {
      let rows = (pair.present + pair.missing).enumerated().map { "(\($0), \($1))" }.joined(separator: ", ")
      let keys = pair.keys.map { "(\($0))" }.joined(separator: ", ")
      try await stage.orders.execute(
        script:
          "CREATE TABLE a\(number) (id int PRIMARY KEY, k \(pair.referrer)); INSERT INTO a\(number) VALUES \(rows)")
      try await stage.products.execute(
        script: "CREATE TABLE b\(number) (k \(pair.referent)); INSERT INTO b\(number) VALUES \(keys)")
      referrers += """
          - name: a\(number)
            properties:
              - {name: id, primaryKey: true}
              - name: k
                relationships:
                  - to: product-db.yaml#/schema/b\(number)/properties/k
                    \(AuditStage.named("pair-\(number)"))

        """
      referents += "  - {name: b\(number), properties: [{name: k}]}\n"
    }
    let results = try await stage.audit([
      AuditStage.contract("order-db", referrers), AuditStage.contract("product-db", referents),
    ])
    #expect(results.count == Self.pairs.count)
    for (number, pair) in Self.pairs.enumerated() {
      let result = try #require(results["pair-\(number)"])
      let first = pair.present.count
      #expect(result.reason == nil, "\(pair)")
      #expect(result.subjects == (first..<first + pair.missing.count).map(String.init), "\(pair)")
      #expect(result.rowsExamined == (pair.present + pair.missing).count { $0 != "NULL" }, "\(pair)")
    }
  }

  private static let types = """
    CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    """
}
