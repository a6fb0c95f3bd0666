import DataContract
import JSON
import Postgres
import Testing

@testable import Audit

@Suite("Metrics")
struct MetricCheckTests {
  private func check(
    _ measure: Measure, _ threshold: Threshold, inPercent: Bool = false, columns: [String] = ["email"],
    identity: [String] = ["id"]
  ) throws -> MetricCheck {
    MetricCheck(
      relation: .sql(try SQLRelationTests.relation(columns: columns, identity: identity)), measure: measure,
      threshold: threshold, inPercent: inPercent)
  }

  private func figures(_ offending: Int, of total: Int) -> MetricCheck.Figures {
    .init(total: total, offending: offending)
  }

  @Test("the threshold is about the number of offending rows")
  func number() throws {
    let check = try check(.nullValues, .mustBeLessOrEqualTo(JSONNumber(2)))
    #expect(check.isSatisfied(figures(2, of: 2)))
    #expect(!check.isSatisfied(figures(3, of: 1_000_000)))
  }

  @Test("or about their share, which is exact and zero for an empty table")
  func share() throws {
    let check = try check(.nullValues, .mustBeLessThan(JSONNumber(5)), inPercent: true)
    #expect(check.isSatisfied(figures(0, of: 0)))
    #expect(!check.isSatisfied(figures(7, of: 140)), "7 of 140 are exactly 5 percent")
    #expect(check.isSatisfied(figures(6, of: 140)))
    #expect(check.value(figures(1, of: 3)) == .number(try #require(JSONNumber(100.0 / 3))))
    #expect(check.value(figures(0, of: 0)) == 0)
  }

  @Test("a row count is about all rows")
  func rowCount() throws {
    let check = try check(.rowCount, .mustBeBetween(JSONNumber(1), JSONNumber(3)), columns: [])
    #expect(check.isSatisfied(figures(0, of: 3)))
    #expect(!check.isSatisfied(figures(0, of: 0)))
    #expect(!check.blamesRows)
  }

  @Test("rows are to blame only where the rule would hold without them")
  func blame() throws {
    #expect(try check(.nullValues, .mustBe(0)).blamesRows)
    #expect(try check(.nullValues, .mustBeLessThan(JSONNumber(5))).blamesRows)
    #expect(try !check(.nullValues, .mustBeGreaterThan(JSONNumber(5))).blamesRows)
    #expect(try !check(.duplicateValues, .mustNotBe(0)).blamesRows)
  }

  @Test("arguments that a metric cannot work with are refused")
  func arguments() {
    #expect(throws: Measure.Unusable.self) { try Measure(.missingValues, [:]) }
    #expect(throws: Measure.Unusable.self) { try Measure(.missingValues, ["missingValues": []]) }
    #expect(throws: Measure.Unusable.self) { try Measure(.invalidValues, ["validValues": "A"]) }
    #expect(throws: Never.self) { try Measure(.invalidValues, ["pattern": "^a"]) }
  }

  // MARK: Statements

  private func metric(_ check: MetricCheck) throws -> SQLMetric {
    guard case .sql(let relation) = check.relation else { throw RuleError(message: "not SQL") }
    // Nothing connects: only the statements are looked at.
    let reader = SQLReader(store: relation.store, pool: PostgresPool(PostgresConfiguration()), history: .init())
    return SQLMetric(check: check, relation: relation, reader: reader)
  }

  @Test("one pass counts rows and offending rows")
  func figuresStatement() throws {
    let nulls = try metric(check(.nullValues, .mustBe(0), columns: ["a", "b"]))
    #expect(
      nulls.figures([.text, .text]).text == """
        SELECT count(*), count(*) FILTER (WHERE (t."a" IS NULL) OR (t."b" IS NULL)) \
        FROM "public"."orders" AS t WHERE true
        """)
    let missing = try metric(check(.missingValues([nil, "", "N/A's"]), .mustBe(0)))
    #expect(
      missing.figures([.text]).text == """
        SELECT count(*), count(*) FILTER (WHERE (t."email" IS NULL) OR (t."email"::text IN ('', 'N/A''s'))) \
        FROM "public"."orders" AS t WHERE true
        """)
    let invalid = try metric(check(.invalidValues(validValues: [1, 1.50], pattern: "^[0-9]"), .mustBe(0)))
    #expect(
      invalid.figures([.numeric]).text == """
        SELECT count(*), count(*) FILTER (WHERE (pg_catalog.trim_scale(t."email")::text NOT IN ('1', '1.5')) \
        OR (pg_catalog.trim_scale(t."email")::text !~ '^[0-9]')) FROM "public"."orders" AS t WHERE true
        """)
    let none = try metric(check(.invalidValues(validValues: [], pattern: nil), .mustBe(0)))
    #expect(none.figures([.text]).text.contains("FILTER (WHERE (t.\"email\" IS NOT NULL))"))
  }

  @Test("duplicates are counted by groups, and only listed by number")
  func duplicateStatements() throws {
    let duplicates = try metric(check(.duplicateValues, .mustBe(0), columns: ["a", "b"]))
    #expect(
      duplicates.figures([.text, .other]).text == """
        SELECT (SELECT count(*) FROM "public"."orders" AS t WHERE true), \
        (SELECT coalesce(sum(repeated.rows - 1), 0)::bigint FROM (SELECT count(*) AS rows FROM "public"."orders" AS t \
        WHERE true AND t."a" IS NOT NULL AND t."b" IS NOT NULL GROUP BY t."a", t."b"::text HAVING count(*) > 1) \
        AS repeated)
        """)
    #expect(
      duplicates.list([.text, .other], limit: 3).text == """
        SELECT "concord_0", "concord_1", "concord_2" FROM (SELECT t."id"::text, t."a"::text, t."b"::text, \
        row_number() OVER (ORDER BY t."id"), row_number() OVER (PARTITION BY t."a", t."b"::text ORDER BY t."id") \
        FROM "public"."orders" AS t WHERE true AND t."a" IS NOT NULL AND t."b" IS NOT NULL) \
        AS numbered("concord_0", "concord_1", "concord_2", concord_place, concord_copy) \
        WHERE concord_copy > 1 ORDER BY concord_place LIMIT $1
        """)
  }
}
