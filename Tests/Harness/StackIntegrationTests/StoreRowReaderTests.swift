import HTTP
import JSON
import RunModel
import Stack
import Testing

@Suite("Rows of stores", .enabled(if: builtProgram("firestore-emulator") != nil)) struct StoreRowReaderTests {
  private static let stores = """
    stores:
      db:
        kind: postgresql
        embedded: { database: d, user: u, password: p, init: init.sql }
      documents:
        kind: firestore
        project: p
        embedded: {}
    datasets: { some: data }

    """

  private static let script = """
    CREATE TABLE things (id INT PRIMARY KEY, name TEXT, price NUMERIC(10, 2), tags TEXT[], made TIMESTAMP, extra JSONB);
    INSERT INTO things VALUES
      (1, 'Lamp', 19.90, '{a,"b c"}', '2026-01-02 03:04:05.5', '{"k": [1, null]}'), (2, NULL, NULL, NULL, NULL, NULL);
    """

  private static let documents = """
    {"collections": {
      "users": {
        "u1": {"name": "Ada", "age": 36, "score": 1.5, "gone": null, "made": {"timestampValue": "2026-01-02T03:04:05Z"}},
        "u2": {"name": "Eve", "age": 36, "gone": "yes"}}}}
    """

  private func withReader(_ body: (StoreRowReader) async throws -> Void) async throws {
    let fixture = try StackFixture(
      Self.stores, files: ["init.sql": Self.script, "data/documents.json": Self.documents])
    let program = try #require(builtProgram("firestore-emulator"))
    let stack = try await fixture.boot(binaries: String(program[..<(program.lastIndex(of: "/") ?? program.endIndex)]))
    let http = HTTPClient()
    do {
      try await stack.loadDataset("some")
      let reader = stack.rowReader(over: http)
      do {
        try await body(reader)
      } catch {
        await reader.close()
        throw error
      }
      await reader.close()
    } catch {
      http.shutdown()
      await stack.stop()
      throw error
    }
    http.shutdown()
    await stack.stop()
  }

  private func failure(_ reader: StoreRowReader, _ query: StoreQuery) async -> String {
    do {
      return "\(try await reader.rows(of: query))"
    } catch {
      return "\(error)"
    }
  }

  @Test("PostgreSQL answers as JSON, takes values as parameters, and cannot be written to or flooded")
  func sql() async throws {
    try await withReader { (reader: StoreRowReader) async throws -> Void in
      func rows(_ pieces: [String], _ values: [JSONValue] = []) async throws -> JSONValue {
        .array(try await reader.rows(of: StoreQuery(store: "db", content: .sql(pieces: pieces, values: values))))
      }
      #expect(
        try await rows(["SELECT * FROM things WHERE id = ", ""], [1]).serialized()
          == #"[{"id":1,"name":"Lamp","price":19.90,"tags":["a","b c"],"made":"2026-01-02T03:04:05.5","extra":{"k": [1, null]}}]"#
          .replacing(": [1, null]", with: ":[1,null]"))
      #expect(
        try await rows(["SELECT name, price FROM things ORDER BY id DESC LIMIT 1 -- last"])
          == [["name": nil, "price": nil]])
      #expect(
        try await rows(["SELECT id FROM things WHERE name = ", " OR id = ", ""], ["Lamp", .null]) == [["id": 1]])
      #expect(try await rows(["SELECT id FROM things WHERE name = ", ""], ["x' OR true --"]) == [])
      #expect(try await rows(["SELECT ", "::boolean AS yes"], [true]) == [["yes": true]])

      func refused(_ text: String) async -> String {
        await failure(reader, StoreQuery(store: "db", content: .sql(pieces: [text], values: [])))
      }
      #expect(await refused("DELETE FROM things RETURNING id").contains("syntax error"))
      #expect(await refused("SELECT 1) AS a; DELETE FROM things; SELECT (1").contains("42601"))
      #expect(await refused("SELECT setval('s', 1)").contains("42P01"))
      #expect(await refused("WITH gone AS (DELETE FROM things RETURNING id) SELECT * FROM gone").contains("0A000"))
      #expect(await refused("SELECT generate_series(1, 1001)").contains("more than 1000 rows"))
      #expect(await refused("SELECT pg_sleep(60)").contains("57014"))
      // Nothing of that was done.
      #expect(try await rows(["SELECT count(*) AS n FROM things;\n"]) == [["n": 2]])
    }
  }

  @Test("Firestore answers as JSON, by path and by fields")
  func documents() async throws {
    try await withReader { (reader: StoreRowReader) async throws -> Void in
      func rows(_ content: StoreQuery.Content) async throws -> JSONValue {
        .array(try await reader.rows(of: StoreQuery(store: "documents", content: content)))
      }
      let ada: JSONValue = [
        "__name__": "users/u1", "name": "Ada", "age": 36, "score": 1.5, "gone": nil,
        "made": "2026-01-02T03:04:05.000000Z",
      ]
      #expect(try await rows(.document(path: "users/u1")) == [ada])
      #expect(try await rows(.document(path: "users/u3")) == [])
      #expect(
        try await rows(
          .collection(path: "users", fields: [.init(name: "age", value: 36), .init(name: "name", value: "Ada")])) == [
            ada
          ])
      #expect(try await rows(.collection(path: "users", fields: [.init(name: "gone", value: .null)])) == [ada])
      #expect(try await rows(.collection(path: "users", fields: [])).arrayValue?.count == 2)
      for (content, message) in [
        (StoreQuery.Content.document(path: "users"), "is not the path of a document"),
        (.collection(path: "users/u1", fields: []), "is not the path of a collection"),
        (.collection(path: "users", fields: [.init(name: "tags", value: [])]), "cannot be compared with a list"),
        (.sql(pieces: ["SELECT 1"], values: []), "no PostgreSQL store 'documents'"),
      ] {
        let said = await failure(reader, StoreQuery(store: "documents", content: content))
        #expect(said.contains(message), "\(said)")
      }
    }
  }
}
