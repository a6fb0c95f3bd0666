import DataContract
import FirestoreModel
import JSON
import Postgres
import Testing

@testable import Audit

@Suite("Scripts for Spark")
struct SparkScriptTests {
  @Test("no text gets out of its literal: Spark's shell replaces and splits before it parses")
  func literals() {
    #expect(SparkText.literal("plain $1 text") == #"'plain \u00241 text'"#)
    #expect(
      SparkText.literal(#"'; DROP "${env:HOME}" \"#) == #"'\u0027\u003B DROP \u0022\u0024{env:HOME}\u0022 \u005C'"#)
    #expect(SparkText.literal("a\nb\tc\u{0}é`") == #"'a\nb\u0009c\u0000é\u0060'"#)
    #expect(SparkText.column(["__key__", "na`me"]) == "`__key__`.`na``me`")
    #expect(SparkText.column(["a;b"]) == nil)
    #expect(SparkText.column(["${x}"]) == nil)
    #expect(SparkText.comment("a\n; b 'c' ${d}\\") == "a b c {d}")
  }

  @Test("all keys in use are cached before anything else is read, and answers are lines of JSON")
  func script() {
    let items = SparkSide(
      definition: "USING org.apache.spark.sql.jdbc OPTIONS (url 'u')", keys: ["k0"], rowCount: "row_count",
      plan: "order-db: each product_id", environment: ["P": "secret"])
    let products = SparkSide(definition: "USING json OPTIONS (path 'p')", keys: ["k0"], plan: "product-db: every id")
    let sessions = SparkSide(
      definition: "(k0 STRING, document STRING) USING json OPTIONS (path 's')", keys: ["k0"], document: "document",
      plan: "user-store: keys; of 'sessions'")
    let users = SparkSide(
      definition: "USING parquet OPTIONS (path 'x')", keys: ["CAST(`id` AS STRING)"], condition: "`id` IS NOT NULL",
      plan: "user-store: an export")
    let script = SparkScript(references: [
      SparkReference(name: "items-have-products", from: items, to: products),
      SparkReference(name: "sessions-have-users", from: sessions, to: users),
    ])
    #expect(script.environment == ["P": "secret"])
    #expect(
      script.text == """
        -- Written by Concord. It reads only, and finds what may dangle; Concord proves it afterwards.

        -- Stage 1: every key in use, before anything is read that it may refer to.

        -- items-have-products: order-db: each product_id
        CREATE TEMPORARY VIEW source_0 USING org.apache.spark.sql.jdbc OPTIONS (url 'u');
        CACHE TABLE referrer_0 OPTIONS ('storageLevel' 'MEMORY_AND_DISK') AS
        SELECT k0 AS k0, row_count AS row_count FROM source_0;
        SELECT to_json(named_struct('rule', 0, 'keys', count(*), 'rows', coalesce(sum(row_count), 0)))
        FROM referrer_0;

        -- sessions-have-users: user-store: keys of sessions
        CREATE TEMPORARY VIEW source_1 (k0 STRING, document STRING) USING json OPTIONS (path 's');
        CACHE TABLE referrer_1 OPTIONS ('storageLevel' 'MEMORY_AND_DISK') AS
        SELECT k0 AS k0, 1 AS row_count, document AS document FROM source_1;
        SELECT to_json(named_struct('rule', 1, 'keys', count(DISTINCT k0), 'rows', coalesce(sum(row_count), 0)))
        FROM referrer_1;

        -- Stage 2: the keys that exist, and which of those in use are not among them.

        -- items-have-products: product-db: every id
        CREATE TEMPORARY VIEW target_0 USING json OPTIONS (path 'p');
        SELECT to_json(named_struct('rule', 0, 'key', array(r.k0)))
        FROM referrer_0 AS r LEFT ANTI JOIN
        (SELECT k0 AS k0 FROM target_0) AS t
        ON r.k0 = t.k0;
        UNCACHE TABLE referrer_0;
        SELECT to_json(named_struct('rule', 0, 'done', true));

        -- sessions-have-users: user-store: an export
        CREATE TEMPORARY VIEW target_1 USING parquet OPTIONS (path 'x');
        SELECT to_json(named_struct('rule', 1, 'key', array(r.k0), 'document', r.document))
        FROM referrer_1 AS r LEFT ANTI JOIN
        (SELECT CAST(`id` AS STRING) AS k0 FROM target_1 WHERE `id` IS NOT NULL) AS t
        ON r.k0 = t.k0;
        UNCACHE TABLE referrer_1;
        SELECT to_json(named_struct('rule', 1, 'done', true));

        """)
  }

  @Test("an address for JDBC names everything but user and password, and is read-only")
  func addresses() throws {
    var configuration = PostgresConfiguration(
      host: "db.example", port: 5433, database: "or ders", user: "u", password: "p")
    configuration.sslMode = .verifyFull
    configuration.additionalOptions["sslrootcert"] = "/ca&.pem"
    #expect(
      try SparkSide.url(of: configuration, schema: "sa\"les")
        == "jdbc:postgresql://db.example:5433/or%20ders?ApplicationName=concord%20audit"
        + "&options=-c%20default_transaction_read_only%3Don%20-c%20lock_timeout%3D5000&sslmode=verify-full"
        + "&sslrootcert=%2Fca%26.pem&currentSchema=%22sa%22%22les%22%2Cpublic")
    configuration.host = "::1"
    #expect(try SparkSide.url(of: configuration, schema: nil).hasPrefix("jdbc:postgresql://[::1]:5433/"))
    configuration.host = "/run/postgresql"
    #expect(throws: RuleError.self) { try SparkSide.url(of: configuration, schema: nil) }
  }

  @Test("an export is read by its id or a field, without what counts as deleted")
  func exports() throws {
    let export = SparkExport(
      store: "user-store", collection: "users", path: "/x/users.parquet", format: .parquet, id: ["__key__", "name"])
    var relation = FirestoreRelation(
      store: "user-store", collection: try CollectionPath("users"), fields: [.documentID], idName: "uid", filters: [])
    #expect(try SparkSide(relation, in: export).definition == "USING parquet OPTIONS (path '/x/users.parquet')")
    #expect(try SparkSide(relation, in: export).keys == ["CAST(`__key__`.`name` AS STRING)"])
    relation.excluded = [
      try FirestoreFilter(field: "status", comparison: .equal, value: "it's gone"),
      try FirestoreFilter(field: "level", comparison: .isIn, value: .array([1, 2])),
    ]
    #expect(
      try SparkSide(relation, in: export).condition
        == #"`__key__`.`name` IS NOT NULL AND NOT coalesce(`status` = 'it\u0027s gone' AND `level` IN (1, 2), false)"#)
    relation.excluded = [try FirestoreFilter(field: "status", comparison: .equal, value: .null)]
    #expect(throws: RuleError.self) { try SparkSide(relation, in: export) }
  }

  @Test(
    "conditions of contracts become conditions on columns",
    arguments: [
      (RowFilter.Operator.notEqual, JSONValue.null, "`f` IS NOT NULL"), (.notEqual, "x", "`f` <> 'x'"),
      (.less, 1, "`f` < 1"), (.lessOrEqual, 1.5, "`f` <= 1.5D"), (.greater, 1, "`f` > 1"),
      (.greaterOrEqual, 1, "`f` >= 1"), (.isNotIn, .array(["a"]), "`f` NOT IN ('a')"), (.equal, true, "`f` = true"),
      (.arrayContains, "a", "array_contains(`f`, 'a')"),
    ])
  func conditions(comparison: RowFilter.Operator, value: JSONValue, text: String) throws {
    #expect(try SparkSide.condition(try FirestoreFilter(field: "f", comparison: comparison, value: value)) == text)
  }
}

@Suite("Answers of Spark")
struct SparkAnswerTests {
  @Test("counts and candidates of each reference are told apart, documents gathered by key, remarks left alone")
  func reading() throws {
    var answer = SparkAnswer(references: 2)
    for line in [
      "Spark is happy", #"{"rule":0,"keys":3,"rows":7}"#, #"{"rule":1,"keys":2,"rows":3}"#, "",
      #"{"rule":0,"key":["5"]}"#, #"{"rule":0,"key":["a\t\"b\"","é"]}"#, #"{"rule":0,"done":true}"#,
      #"{"rule":1,"key":["u1"],"document":"sessions/s1"}"#, #"{"rule":1,"key":["u2"],"document":"sessions/s2"}"#,
      #"{"rule":1,"key":["u1"],"document":"sessions/s3"}"#, #"{"rule":1,"done":true}"#,
      #"{"rule":9,"keys":1,"rows":1}"#,
      #"{"rule":0,"#,
    ] { try answer.read(line) }
    let results = try answer.results()
    #expect(results.map(\.keysCompared) == [3, 2])
    #expect(results.map(\.rowsExamined) == [7, 3])
    #expect(results[0].candidates.map(\.key) == [Key(["5"]), Key(["a\t\"b\"", "é"])])
    #expect(
      results[1].candidates == [
        KeyUse(key: Key(["u1"]), documents: [try DocumentPath("sessions/s1"), try DocumentPath("sessions/s3")]),
        KeyUse(key: Key(["u2"]), documents: [try DocumentPath("sessions/s2")]),
      ])
  }

  @Test(
    "an answer that broke off is an error",
    arguments: [
      [], [#"{"rule":0,"keys":3,"rows":7}"#], [#"{"rule":0,"done":true}"#],
      [#"{"rule":0,"keys":3,"rows":7}"#, #"{"rule":0,"key":["5"]}"#],
    ])
  func broken(lines: [String]) throws {
    var answer = SparkAnswer(references: 1)
    for line in lines { try answer.read(line) }
    #expect(throws: RuleError.self) { try answer.results() }
  }
}
