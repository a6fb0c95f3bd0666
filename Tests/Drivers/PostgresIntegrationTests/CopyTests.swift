import FoundationEssentials
import Postgres
import SeededRandomness
import Synchronization
import Testing

extension PostgresServerTests {
  @Suite("COPY and streams")
  struct CopyTests {
    private struct Enough: Error {}
    private static let million: SQL = "SELECT n FROM generate_series(1, 1000000) n"
    private static let sumOfMillion: Int64 = 500_000_500_000

    @Test("a million rows in binary, summed without an object per row")
    func binaryMillion() async throws {
      try await withConnection { connection in
        let sum = try await connection.copyRows(Self.million, into: Int64(0)) { sum, row in
          sum += try row.int64(0) ?? 0
        }
        #expect(sum == Self.sumOfMillion)
      }
    }

    @Test("a million rows in text")
    func textMillion() async throws {
      try await withConnection { connection in
        let sum = Atomic<Int64>(0)
        let rows = try await connection.copyOut(Self.million, format: .text) { row in
          var number: Int64 = 0
          for byte in row {
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
          }
          sum.add(number, ordering: .relaxed)
        }
        #expect(rows == 1_000_000)
        #expect(sum.load(ordering: .relaxed) == Self.sumOfMillion)
      }
    }

    @Test("a million rows one by one")
    func streamMillion() async throws {
      try await withConnection { connection in
        let sum = Atomic<Int64>(0)
        let rows = try await connection.stream(Self.million) { row in
          sum.add(try row[0].decode(Int64.self), ordering: .relaxed)
        }
        #expect(rows == 1_000_000)
        #expect(sum.load(ordering: .relaxed) == Self.sumOfMillion)
      }
    }

    @Test("large results pass through in bounded memory")
    func boundedMemory() async throws {
      try await withConnection { connection in
        // 400 MB in all, 4 KiB a row.
        let sql: SQL = "SELECT repeat('x', 4096) FROM generate_series(1, 100000)"
        let before = try peakMemory()
        let bytes = Atomic<Int>(0)
        try await connection.copyOut(sql, format: .binary) { bytes.add($0.count, ordering: .relaxed) }
        try await connection.stream(sql) { bytes.add($0[0].text?.utf8.count ?? 0, ordering: .relaxed) }
        #expect(bytes.load(ordering: .relaxed) > 800_000_000)
        #expect(try peakMemory() - before < 100 << 20)
      }
    }

    @Test("integers of every width, text and NULL are read from binary rows")
    func binaryFields() async throws {
      try await withConnection { connection in
        let texts = Mutex<[String]>([])
        try await connection.copyRows(
          "SELECT 1::smallint, -2::integer, 3::bigint, NULL::bigint, 'ü\\n'::text, ''::text, NULL::text"
        ) { row in
          let numbers = [try row.int64(0), try row.int64(1), try row.int64(2), try row.int64(3)]
          let fields = [try row.text(4), try row.text(5), try row.text(6)]
          texts.withLock { $0.append("\(row.count) \(numbers) \(fields)") }
        }
        #expect(
          texts.withLock { $0 } == [
            "7 [Optional(1), Optional(-2), Optional(3), nil] [Optional(\"ü\\\\n\"), Optional(\"\"), nil]"
          ])
      }
    }

    @Test("text rows come without the line break, with COPY's escapes")
    func textFields() async throws {
      try await withConnection { connection in
        let rows = Mutex<[String]>([])
        try await connection.copyOut("SELECT \("a\tb\nc")::text, NULL, \(5)::integer", format: .text) { row in
          rows.withLock { $0.append(String(decoding: row, as: UTF8.self)) }
        }
        #expect(rows.withLock { $0 } == ["a\\tb\\nc\t\\N\t5"])
      }
    }

    @Test("no rows are no rows", arguments: [PostgresCopyFormat.text, .binary])
    func empty(format: PostgresCopyFormat) async throws {
      try await withConnection { connection in
        let calls = Atomic<Int>(0)
        let rows = try await connection.copyOut("SELECT 1 WHERE false", format: format) { _ in
          calls.add(1, ordering: .relaxed)
        }
        #expect(rows == 0)
        #expect(calls.load(ordering: .relaxed) == 0)
      }
    }

    @Test("values in a copied SELECT are values", arguments: [11, 12] as [UInt64])
    func values(seed: UInt64) async throws {
      try await withConnection { connection in
        var random = SplitMix64(seed: seed)
        for _ in 0..<30 {
          let text = random.text()
          let numbers = [Int(truncatingIfNeeded: random.next()), 0, .min]
          let bytes: [UInt8] = [0, 39, 92, 255]
          let rows = Mutex<[Bool]>([])
          try await connection.copyRows(
            "SELECT \(text)::text, \(bytes), \(numbers)::text WHERE 3 = ANY(\([3] as [Int32])) AND \(true) -- end"
          ) { row in
            let isText = try row.withBytes(0) { $0.map(Array.init) == Array(text.utf8) }
            let isBytes = try row.withBytes(1) { $0.map(Array.init) == bytes }
            let isArray = try row.text(2) == "{\(numbers.map(String.init).joined(separator: ","))}"
            rows.withLock { $0.append(isText && isBytes && isArray) }
          }
          #expect(rows.withLock { $0 } == [true])
        }
      }
    }

    @Test(
      "a statement that would break out of its brackets is refused",
      arguments: [
        "SELECT 1) TO PROGRAM 'touch /tmp/concord-must-not-exist' --", "SELECT 1) TO STDOUT; DROP TABLE x; --",
        "SELECT 1; SELECT 2",
      ]
    )
    func brackets(text: String) async throws {
      try await withConnection { connection in
        let error = try await failure {
          try await connection.copyOut(SQL(unsafe: text), format: .text) { _ in }
        }
        #expect(error.sqlState == "42601")
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
      #expect(!FileManager.default.fileExists(atPath: "/tmp/concord-must-not-exist"))
    }

    @Test("an error of the server midway is thrown after the rows before it")
    func errorMidway() async throws {
      try await withConnection { connection in
        let sql: SQL = "SELECT 1 / (n - 50000) FROM generate_series(1, 100000) n"
        let copied = Atomic<Int>(0)
        let copy = try await failure {
          try await connection.copyOut(sql, format: .binary) { _ in copied.add(1, ordering: .relaxed) }
        }
        #expect(copy.sqlState == "22012")
        #expect(copied.load(ordering: .relaxed) > 0)
        let streamed = Atomic<Int>(0)
        let stream = try await failure {
          try await connection.stream(sql) { _ in streamed.add(1, ordering: .relaxed) }
        }
        #expect(stream.sqlState == "22012")
        #expect(streamed.load(ordering: .relaxed) == 49_999)
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
    }

    @Test("an error of the receiver stops the copy and the stream; the connection stays usable")
    func receiverThrows() async throws {
      try await withConnection { connection async throws in
        let endless: SQL = "SELECT generate_series(1, 1000000000)"
        await #expect(throws: Enough.self) {
          try await connection.copyOut(endless, format: .binary) { _ in throw Enough() }
        }
        #expect(try await value("SELECT 1", on: connection) == 1)
        await #expect(throws: Enough.self) {
          try await connection.stream(endless) { _ in throw Enough() }
        }
        #expect(try await value("SELECT 2", on: connection) == 2)
      }
    }

    @Test("cancelling the task stops a copy that never pauses")
    func cancellation() async throws {
      try await withConnection { connection in
        let rows = Atomic<Int>(0)
        let started = AsyncStream<Void>.makeStream()
        let task = Task {
          try await connection.copyOut("SELECT generate_series(1, 1000000000)", format: .binary) { _ in
            if rows.add(1, ordering: .relaxed).newValue == 1000 {
              started.continuation.finish()
            }
          }
        }
        for await _ in started.stream {}
        task.cancel()
        let error = try await failure { _ = try await task.value }
        #expect(error.code == .cancelled)
        #expect(try await value("SELECT 1", on: connection) == 1)
      }
    }

    @Test("several streams in one snapshot, inside a transaction, with local state")
    func insideTransaction() async throws {
      try await withConnection { connection in
        let sums = try await connection.transaction(isolation: .repeatableRead, access: .readOnly) { connection in
          var copied: Int64 = 0
          var streamed: Int64 = 0
          try connection.copyRowsSync("SELECT n FROM generate_series(1, 1000) n") { copied += try $0.int64(0) ?? 0 }
          try connection.streamSync("SELECT n FROM generate_series(1, 1000) n") {
            streamed += try $0[0].decode(Int64.self)
          }
          return [copied, streamed]
        }
        #expect(sums == [500_500, 500_500])
      }
    }
  }
}

/// The most memory that the process has had, in bytes.
private func peakMemory() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
  return try #require(line.split(separator: " ").compactMap { Int($0) }.first) << 10
}
