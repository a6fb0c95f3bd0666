import Postgres
import RunModel
import Testing

@testable import Audit

@Suite("Statements about a table")
struct SQLRelationTests {
  static func relation(
    _ source: SQLRelation.Source = .table(QualifiedName(parsing: "orders")), columns: [String] = ["user_uid"],
    identity: [String] = ["id"], filter: String? = nil, schema: String? = "public"
  ) throws -> SQLRelation {
    SQLRelation(
      store: SQLStore(name: "order-db", schema: schema), source: source, columns: columns, identity: identity,
      filter: try filter.map { try SQLText(condition: $0) })
  }

  @Test("keys are read once each, grouped by the column itself, without nulls")
  func keys() throws {
    #expect(
      try Self.relation(filter: "deleted_at IS NULL -- live").keys([.text]).text == """
        SELECT t."user_uid"::text, count(*) FROM "public"."orders" AS t WHERE (deleted_at IS NULL) \
        AND t."user_uid" IS NOT NULL GROUP BY t."user_uid"
        """)
    #expect(
      try Self.relation(columns: ["a", "b"], schema: nil).keys([.numeric, .other]).text == """
        SELECT pg_catalog.trim_scale(t."a")::text, t."b"::text, count(*) FROM "orders" AS t WHERE true \
        AND t."a" IS NOT NULL AND t."b" IS NOT NULL GROUP BY t."a", t."b"::text
        """)
  }

  @Test("keys are looked up as arrays of the column's own type")
  func absent() throws {
    let statement = try Self.relation(columns: ["user_uid", "id"]).absent([Key(["u1", "5"])], [.text, .integer])
    #expect(
      statement.text == """
        SELECT k.concord_position FROM unnest($1::text[], $2) WITH ORDINALITY \
        AS k("concord_c0", "concord_c1", concord_position) WHERE NOT EXISTS (SELECT FROM "public"."orders" AS t \
        WHERE true AND t."user_uid" = k."concord_c0" AND t."id" = k."concord_c1")
        """)
    #expect(statement.parameters.count == 2)
    #expect(statement.parameters[1].typeID == .int8Array)
  }

  @Test("what is behind keys is digested whether it counts or not")
  func digests() throws {
    let statement = try Self.relation().digests(of: "t.xmin::text", behind: [Key(["u1"])], [.text])
    #expect(
      statement.text == """
        WITH concord_keys AS MATERIALIZED (SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS k("concord_c0", concord_position)), \
        concord_rows AS ( SELECT k.concord_position, t.xmin::text AS concord_version FROM "public"."orders" AS t \
        JOIN concord_keys AS k ON t."user_uid" = k."concord_c0" \
        WHERE ((t."user_uid") IN (SELECT k."concord_c0" FROM concord_keys AS k)) IS TRUE) \
        SELECT concord_position, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to( \
        pg_catalog.string_agg(concord_version, ',' ORDER BY concord_version), pg_catalog.getdatabaseencoding())), 'hex') \
        FROM concord_rows GROUP BY concord_position
        """)
  }

  @Test("rows behind keys are counted, and listed in the order of their identity")
  func rows() throws {
    let relation = try Self.relation(filter: "a OR b")
    let template = """
      WITH concord_keys AS MATERIALIZED (SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS k("concord_c0", concord_position)), \
      concord_hits AS MATERIALIZED ( SELECT k.concord_position, false AS concord_recent HITS FROM "public"."orders" AS t JOIN concord_keys AS k \
      ON t."user_uid" = k."concord_c0" WHERE (a OR b) \
      AND ((t."user_uid") IN (SELECT k."concord_c0" FROM concord_keys AS k)) IS TRUE)
      """
    let numbers = "count(*) FILTER (WHERE NOT concord_recent), count(*) FILTER (WHERE concord_recent)"
    func with(_ hits: String) -> String { template.split(separator: " HITS").joined(separator: hits) }
    #expect(
      relation.uses(of: [Key(["u1"])], [.text], limit: 0).text
        == with("") + " SELECT concord_position, \(numbers) FROM concord_hits GROUP BY concord_position")
    #expect(
      relation.uses(of: [Key(["u1"])], [.text], limit: 7).text == with(#", t."id" AS "concord_i0""#)
        + " (SELECT concord_position, \(numbers), NULL::text FROM concord_hits GROUP BY concord_position) UNION ALL "
        + #"(SELECT concord_position, NULL::bigint, NULL::bigint, "concord_i0"::text FROM concord_hits "#
        + #"WHERE NOT concord_recent ORDER BY concord_hits."concord_i0", concord_position LIMIT $2)"#)
  }

  @Test("a row's age is compared with the store's clock, as seconds since 1970, and one without age is old")
  func grace() throws {
    var relation = try Self.relation()
    relation.grace = SQLRelation.Grace(writtenAt: "Made", duration: .milliseconds(1500))
    #expect(
      relation.uses(of: [Key(["u1"])], [.text], limit: 0).text.contains(
        #"""
        SELECT k.concord_position, (extract(epoch FROM t."Made") > \#
        extract(epoch FROM pg_catalog.clock_timestamp()) - 1.5) IS TRUE AS concord_recent FROM
        """#))
  }

  @Test("a derived relation stands in brackets, whatever its text ends with")
  func derived() throws {
    let query = try SQLText(query: "SELECT user_uid FROM orders; -- all")
    let relation = try Self.relation(.query(query, name: "buyers"))
    #expect(relation.from.text == "(SELECT user_uid FROM orders) AS t")
    #expect(relation.name == "buyers")
    #expect(
      relation.statement(showing: [.init("user_uid", "u1")])
        == "SELECT * FROM (SELECT user_uid FROM orders) AS t WHERE t.\"user_uid\" = 'u1';")
  }

  @Test("the statement for people has values as constants, and cannot be broken by them")
  func display() throws {
    let relation = try Self.relation(filter: "a\n  OR b")
    #expect(
      relation.statement(showing: [.init("user_uid", "o'brien\\"), .init("Note", nil)])
        == "SELECT * FROM \"orders\" AS t WHERE (a OR b) AND t.\"user_uid\" =  E'o''brien\\\\' AND t.\"Note\" IS NULL;")
  }
}
