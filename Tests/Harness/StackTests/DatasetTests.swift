import FirestoreModel
import JSON
import RFC3339
import Testing
import YAMLSource

@testable import Stack

@Suite("Datasets")
struct DatasetTests {
  private static let now = Timestamp(seconds: 1_000_000, nanoseconds: 0)

  private func read(_ text: String) throws(DiagnosticList) -> FirestoreDataset {
    try FirestoreDataset.read(
      text, file: "users.json", database: DatabaseName(project: "p", database: "(default)"), now: Self.now)
  }

  @Test("plain JSON becomes the values that it looks like, typed values what they say, times what they are relative to")
  func values() throws {
    let dataset = try read(
      """
      {"accounts": [{"uid": "u1", "email": "a@b.example", "password": "secret1", "customClaims": {"admin": true}}],
       "collections": {"users": {"u1": {
         "name": "Ann", "age": 7, "score": 7.0, "big": 1e3, "on": true, "none": null, "tags": ["a", 1],
         "map": {"k": "v"}, "odd": {"nameValue": 1}, "long": {"integerValue": "9007199254740993"},
         "at": {"timestampValue": "now-3d"}, "soon": {"timestampValue": "now+7d2h"},
         "fix": {"timestampValue": "2026-01-02T03:04:05Z"}, "friend": {"referenceValue": "users/u2"}
       }}}}
      """)
    #expect(dataset.accounts.map(\.uid) == ["u1"])
    #expect(dataset.accounts[0].customClaims == ["admin": true])
    let document = try #require(dataset.documents.first)
    #expect(document.path.description == "users/u1")
    #expect(document.location.line == 2)
    let fields = document.fields
    #expect(fields["name"] == .string("Ann"))
    #expect(fields["age"] == .integer(7))
    #expect(fields["score"] == .double(7))
    #expect(fields["big"] == .double(1000))
    #expect(fields["on"] == .boolean(true))
    #expect(fields["none"] == .null)
    #expect(fields["tags"] == .array([.string("a"), .integer(1)]))
    #expect(fields["map"] == .map(["k": .string("v")]))
    #expect(fields["at"] == .timestamp(Timestamp(seconds: 1_000_000 - 3 * 86_400, nanoseconds: 0)))
    #expect(fields["soon"] == .timestamp(Timestamp(seconds: 1_000_000 + 7 * 86_400 + 7200, nanoseconds: 0)))
    #expect(fields["fix"] == .timestamp(try #require(Timestamp(rfc3339: "2026-01-02T03:04:05Z"))))
    #expect(fields["friend"] == .reference("projects/p/databases/(default)/documents/users/u2"))
    #expect(fields["long"] == .integer(9_007_199_254_740_993))
    #expect(fields["odd"] == .map(["nameValue": .integer(1)]))
  }

  @Test("every mistake of a file is reported with its place")
  func mistakes() {
    let error = #expect(throws: DiagnosticList.self) {
      try read(
        """
        {"accounts": [{"uid": "u1", "emial": "a@b.example", "password": "x"}],
         "collections": {
           "users": {"u1": {"at": {"timestampValue": "now-3 days"}, "n": {"integerValue": "many"}}, "u2": 5},
           "bad//path": {"x": {}}}}
        """)
    }
    let all = error?.diagnostics.map(\.description) ?? []
    #expect(all.contains { $0.hasPrefix("users.json:1:") && $0.contains("lacks 'email'") })
    #expect(all.contains { $0.hasPrefix("users.json:1:") && $0.contains("unknown key 'emial'") })
    #expect(all.contains { $0.hasPrefix("users.json:3:") && $0.contains("'now-3 days' is no time") })
    #expect(all.contains { $0.hasPrefix("users.json:3:") && $0.contains("no integerValue") })
    #expect(all.contains { $0.hasPrefix("users.json:3:") && $0.contains("'u2' must be an object") })
    #expect(all.contains { $0.hasPrefix("users.json:4:") && $0.contains("bad//path") })
  }

  @Test(
    "relative times",
    arguments: [
      ("now", 0), ("now-3d", -259_200), ("now+7d2h", 612_000), ("now-1h30m5s", -5405), ("now+", nil), ("now3d", nil),
      ("now-d", nil), ("now-3", nil), ("now-3w", nil), ("now-999999999999d", nil), ("yesterday", nil),
    ] as [(String, Int64?)])
  func relative(text: String, seconds: Int64?) {
    #expect(RelativeTime(text)?.seconds == seconds)
  }

  @Test("the statements of a script are found among quotes, comments and functions")
  func statements() {
    let script = SQLScript(
      """
      -- one; not a statement
      INSERT INTO a VALUES ('x;''y', "odd;name", E'it\\'s; so');

      /* a; /* nested; */ comment; */ CREATE FUNCTION f() RETURNS int AS $body$
        BEGIN; RETURN 1; END $body$ LANGUAGE sql;;
      SELECT $$a;b$$, price$b$ FROM t WHERE x = $1; SELECT
      2
      """)
    #expect(script.lines == [2, 4, 6, 6])
    #expect(script.line(ofStatement: 3) == 6)
    #expect(script.line(ofStatement: 99) == 6)
    #expect(SQLScript("").line(ofStatement: 1) == 1)
    #expect(SQLScript("SELECT 'open").lines == [1])
  }
}
