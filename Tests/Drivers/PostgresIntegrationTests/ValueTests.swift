import JSON
import Postgres
import RFC3339
import SeededRandomness
import Testing

extension PostgresServerTests {
  @Suite("Values")
  struct ValueTests {
    @Test("values of every type come back as they went", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func roundTrip(seed: UInt64) async throws {
      try await withConnection { connection in
        var random = SplitMix64(seed: seed)
        for _ in 0..<40 {
          let integer = Int(bitPattern: UInt(random.next()))
          #expect(try await value("SELECT \(integer)::bigint", on: connection) == integer)
          let small = Int32(truncatingIfNeeded: integer)
          #expect(try await value("SELECT \(small)::integer", on: connection) == small)
          let smaller = Int16(truncatingIfNeeded: integer)
          #expect(try await value("SELECT \(smaller)::smallint", on: connection) == smaller)
          let flag = Bool.random(using: &random)
          #expect(try await value("SELECT \(flag)::boolean", on: connection) == flag)
          let number = Double(bitPattern: random.next())
          let back: Double = try await value("SELECT \(number)::double precision", on: connection)
          #expect(back == number || (back.isNaN && number.isNaN))
          let text = random.text()
          let textBack: String = try await value("SELECT \(text)::text", on: connection)
          #expect(Array(textBack.utf8) == Array(text.utf8))
          let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
          let time = Timestamp(
            seconds: seconds, nanoseconds: Int32.random(in: 0..<1_000_000, using: &random) * 1000)
          #expect(try await value("SELECT \(time)::timestamp", on: connection) == time)
          #expect(try await value("SELECT \(time)::timestamptz", on: connection) == time)
          let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
          }
          #expect(try await value("SELECT \(bytes)", on: connection) == bytes)
          let integers = bytes.map { Int($0) &* integer }
          #expect(try await value("SELECT \(integers)", on: connection) == integers)
          let texts = (0..<Int.random(in: 0...5, using: &random)).map { _ in random.text() }
          let textsBack: [String] = try await value("SELECT \(texts)::text[]", on: connection)
          #expect(textsBack.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
          let holes: [String?] = texts.map { $0.isEmpty ? nil : $0 }
          #expect(try await value("SELECT \(holes)::text[]", on: connection) == holes)
          let json: JSONValue = [
            "text": .string(random.text().filter { $0 != "\u{1}" }), "n": .number(JSONNumber(integer)),
          ]
          #expect(try await value("SELECT \(json)::json", on: connection) == json)
          #expect(try await value("SELECT \(json)::jsonb", on: connection) == json)
        }
      }
    }

    @Test("NULL goes and comes as nil, and is refused where nil has no place")
    func null() async throws {
      try await withConnection { connection in
        let absent: Int? = nil
        #expect(try await value("SELECT \(absent)::bigint", on: connection, as: Int?.self) == nil)
        let row = try #require(try await connection.query("SELECT NULL::integer AS n").rows.first)
        #expect(row["n"].isNull)
        #expect(row["n"].text == nil)
        let error = #expect(throws: PostgresError.self) { try row["n"].decode(Int.self) }
        #expect(error?.code == .decoding)
        #expect(error?.column == "n")
      }
    }

    @Test("special numbers and times")
    func special() async throws {
      try await withConnection { connection in
        #expect(try await value("SELECT \(-Double.infinity)::double precision", on: connection) == -Double.infinity)
        #expect(try await value("SELECT \(Double.nan)::double precision", on: connection, as: Double.self).isNaN)
        let row = try #require(
          try await connection.query("SELECT 'infinity'::timestamp AS t, '0044-03-15 BC'::timestamp AS b").rows.first)
        #expect(throws: PostgresError.self) { try row["t"].decode(Timestamp.self) }
        #expect(throws: PostgresError.self) { try row["b"].decode(Timestamp.self) }
      }
    }

    @Test("money stays exact decimal text and never becomes a Double")
    func numeric() async throws {
      try await withConnection { connection in
        let price = "12345678901234567890.10"
        let row = try #require(try await connection.query("SELECT \(price)::numeric(30,2) AS price").rows.first)
        #expect(try row["price"].decode(String.self) == price)
        let error = #expect(throws: PostgresError.self) { try row["price"].decode(Double.self) }
        #expect(error.map { "\($0)" }?.contains("price") == true)
        #expect(error.map { String(reflecting: $0) }?.contains(price) == false)
        #expect(try await value("SELECT sum(n) FROM generate_series(1, 10::bigint) n", on: connection) == 55)
      }
    }

    @Test("a column of another type is an error, not a guess")
    func strictTypes() async throws {
      try await withConnection { connection in
        let row = try #require(
          try await connection.query("SELECT '1' AS text, 1 AS integer, 9000000000 AS big, 't'::text AS flag").rows
            .first)
        #expect(throws: PostgresError.self) { try row["text"].decode(Int.self) }
        #expect(throws: PostgresError.self) { try row["integer"].decode(Bool.self) }
        #expect(throws: PostgresError.self) { try row["big"].decode(Int32.self) }
        #expect(throws: PostgresError.self) { try row["flag"].decode(Bool.self) }
        let missing = #expect(throws: PostgresError.self) { try row["txt"].decode(Int?.self) }
        #expect(missing?.message.contains("\"text\", \"integer\"") == true)
      }
    }

    @Test("integer and text arrays work with = ANY")
    func anyOf() async throws {
      try await withConnection { connection in
        let count: Int = try await value(
          "SELECT count(*) FROM generate_series(1, 100) n WHERE n = ANY(\([5, 7, 500]))", on: connection)
        #expect(count == 2)
        let id = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
        #expect(try await value("SELECT \(id)::uuid = ANY(\([id]))", on: connection) == true)
        #expect(try await value("SELECT 'b'::varchar(9) = ANY(\(["a", "b"]))", on: connection) == true)
      }
    }

    @Test(
      "hostile identifiers and values are names and values, nothing else",
      arguments: [
        "x\"; DROP TABLE pg_class; --", "'; SELECT pg_sleep(100); --", "\\'; --", "$1", "$$", "a\"\"b", "/*", "x y",
        "É👍",
      ]
    )
    func injection(text: String) async throws {
      try await withConnection { connection in
        try await connection.query("CREATE TEMP TABLE \(identifier: text) (\(identifier: text) text)")
        try await connection.query("INSERT INTO \(identifier: text) (\(identifier: text)) VALUES (\(text))")
        try await connection.query("INSERT INTO \(identifier: text) VALUES (\(literal: text))")
        let result = try await connection.query(
          "SELECT * FROM \(identifier: text) WHERE \(identifier: text) = \(text) AND \(identifier: text) = \(literal: text)"
        )
        #expect(result.rows.count == 2)
        #expect(result.columns.map(\.name) == [text])
        #expect(try result.rows.map { try $0[text].decode(String.self) } == [text, text])
      }
    }

    @Test("a query is one statement: a second one behind it is refused")
    func oneStatement() async throws {
      try await withConnection { connection in
        let error = try await failure { try await connection.query("SELECT 1; SELECT 2") }
        #expect(error.sqlState == "42601")
        #expect(error.position == nil || (error.position ?? 0) > 0)
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
    }
  }
}
