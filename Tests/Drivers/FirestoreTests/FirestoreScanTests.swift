import Firestore
import FirestoreModel
import JSON
import RFC3339
import Testing

/// That a scan hands out every document once, as of one time, whatever the connection does.
@Suite struct FirestoreScanTests {
  private let query = StructuredQuery(collection: "users")

  private func ids(
    _ server: ScriptedFirestore, pageSize: Int = 2, attempts: Int = 3
  ) async throws -> (ids: [String], result: ScanResult) {
    try await server.run(attempts: attempts) { client async throws in
      var ids: [String] = []
      let result = try await client.scan(query, pageSize: pageSize) { ids.append($0.name.path.id) }
      return (ids, result)
    }
  }

  /// The id behind which a request continued.
  private func cursor(_ call: ScriptedFirestore.Call) -> String? {
    let value = call.body["structuredQuery"]?["startAt"]?["values"]?[0]?["referenceValue"]?.stringValue
    return value.flatMap { $0.split(separator: "/").last.map(String.init) }
  }

  @Test("pages follow each other behind the last name, at the time of the first answer")
  func paging() async throws {
    let server = ScriptedFirestore([
      .json("[\(element("a", at: 1)),\(element("b", at: 2))]"), .json(answer(["c", "d"], at: 2)),
      .json(answer(["e"], at: 2)),
    ])
    let (ids, result) = try await ids(server)
    #expect(ids == ["a", "b", "c", "d", "e"])
    #expect(result.count == 5)
    #expect(result.readTime?.rfc3339 == time(2))
    #expect(server.calls.map(cursor) == [nil, "b", "d"])
    let times = server.calls.map { $0.body["readTime"]?.stringValue.flatMap(Timestamp.init(rfc3339:))?.rfc3339 }
    #expect(times == [nil, time(2), time(2)])
    for call in server.calls {
      #expect(call.body["structuredQuery"]?["limit"]?.intValue == 2)
      #expect(call.body["structuredQuery"]?["orderBy"]?[0]?["field"]?["fieldPath"] == "__name__")
    }
  }

  @Test("a page that is full may be the last")
  func fullLastPage() async throws {
    let server = ScriptedFirestore([.json(answer(["a", "b"])), .json(answer([]))])
    #expect(try await ids(server).ids == ["a", "b"])
    let empty = ScriptedFirestore([.json(answer([]))])
    let (none, result) = try await ids(empty)
    #expect(none.isEmpty)
    #expect(result.readTime?.rfc3339 == time(1))
  }

  @Test(
    "a connection that breaks costs no document and repeats none",
    arguments: [
      ScriptedFirestore.Reply.cut("[\(element("a")),\(element("b")),"),
      .cut("[\(element("a")),\(element("b")),{\"docu"),
      .untilClose("[\(element("a")),\(element("b"))\n,\n"),
      .json(
        "[\(element("a")),\(element("b")),{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}]"),
    ])
  func resuming(_ reply: ScriptedFirestore.Reply) async throws {
    let server = ScriptedFirestore([reply, .error(503, "UNAVAILABLE"), .json(answer(["c"]))])
    let (ids, result) = try await ids(server, pageSize: 10)
    #expect(ids == ["a", "b", "c"])
    #expect(result.count == 3)
    #expect(server.calls.map(cursor) == [nil, "b", "b"])
    #expect(server.calls[2].body["readTime"] != nil)
  }

  @Test("a scan that comes forward goes on, one that does not gives up")
  func patience() async throws {
    let forward = (0..<8).map { ScriptedFirestore.Reply.cut("[\(element("u\($0)")),") }
    let server = ScriptedFirestore(forward + [.json(answer([]))])
    #expect(try await ids(server, pageSize: 100, attempts: 2).ids.count == 8)
    let stuck = ScriptedFirestore(forward.prefix(1) + Array(repeating: .error(503, "UNAVAILABLE"), count: 9))
    await #expect(throws: FirestoreError.self) { try await ids(stuck, pageSize: 100, attempts: 3) }
    #expect(stuck.calls.count == 3)
  }

  @Test("a server that ignores the cursor is found out instead of followed for ever")
  func ignoredCursor() async throws {
    let server = ScriptedFirestore(Array(repeating: .json(answer(["a", "b"])), count: 9))
    await #expect(throws: FirestoreError.self) { try await ids(server) }
    #expect(server.calls.count == 2)
  }

  @Test("what the function throws ends the scan at once, even when it looks like the server's")
  func receiverFailure() async throws {
    let server = ScriptedFirestore([.json(answer(["a", "b"])), .json(answer(["c"]))])
    let own = FirestoreError(status: .unavailable, message: "mine", retryable: true)
    let error = try await server.run { client async throws in
      await #expect(throws: FirestoreError.self) { try await client.scan(query, pageSize: 2) { _ in throw own } }
    }
    #expect(error?.message == "mine")
    #expect(server.calls.count == 1)
  }

  @Test("bounds, filters and selections of the query stay, orders and limits are refused")
  func queries() async throws {
    var bounded = query
    bounded.endAt = .init([.reference("projects/demo/databases/(default)/documents/users/m")], before: true)
    bounded.select = [.documentID]
    let server = ScriptedFirestore([.json(answer(["a", "b"])), .json(answer([]))])
    try await server.run { client async throws in
      try await client.scan(bounded, pageSize: 2) { _ in }
      for wrong in [
        StructuredQuery(collection: "users", limit: 5),
        StructuredQuery(collection: "users", orderBy: [.init(try FieldPath(parsing: "age"))]),
      ] {
        await #expect(throws: FirestoreError.self) { try await client.scan(wrong) { _ in } }
      }
    }
    #expect(server.calls.count == 2)
    for call in server.calls {
      #expect(call.body["structuredQuery"]?["endAt"] == bounded.json["endAt"])
      #expect(call.body["structuredQuery"]?["select"] == bounded.json["select"])
    }
  }

  @Test("ids alone come in the same pages, at the same time, as often as the documents do")
  func idsOnly() async throws {
    let server = ScriptedFirestore([
      .json("[\(element("a", at: 1)),\(element("b", at: 2))]"), .json(answer(["c", "d"], at: 2)),
      .cut("[\(element("e")),"), .json(answer(["f"], at: 2)),
    ])
    let (ids, result) = try await server.run(attempts: 3) { client async throws in
      var ids: [String] = []
      let result = try await client.scanIDs(of: CollectionPath("users"), pageSize: 2) {
        ids.append(String(decoding: $0, as: UTF8.self))
      }
      return (ids, result)
    }
    #expect(ids == ["a", "b", "c", "d", "e", "f"])
    #expect(result.count == 6)
    #expect(server.calls.map(cursor) == [nil, "b", "d", "e"])
    #expect(server.calls[2].body["readTime"] != nil)
    #expect(server.calls[0].body["structuredQuery"]?["select"]?["fields"]?[0]?["fieldPath"] == "__name__")
  }

  @Test("ids that come again are found out, among themselves and behind a document")
  func repeatedIDs() async throws {
    for pages in [[["a", "b"], ["b"]], [["a", "b"], ["c", "d"], ["d"]], [["a", "b"], ["d", "c"]]] {
      let server = ScriptedFirestore(pages.map { .json(answer($0)) })
      await #expect(throws: FirestoreError.self) {
        try await server.run(attempts: 1) { client async throws in
          _ = try await client.scanIDs(of: CollectionPath("users"), pageSize: 2) { _ in }
        }
      }
      #expect(server.calls.count == pages.count)
    }
  }

  @Test("reads are counted, and none is made beyond the limit")
  func metering() async throws {
    let server = ScriptedFirestore([.json(answer(["a", "b"])), .json(answer(["c", "d"])), .json(answer([]))])
    let meter = ReadMeter(limit: 3)
    try await server.run(attempts: 3) { client async throws in
      let error = await #expect(throws: FirestoreError.self) {
        try await client.metered(by: meter).scan(query, pageSize: 2) { _ in }
      }
      #expect(error?.status == .resourceExhausted)
    }
    #expect(meter.count == 4)
    #expect(server.calls.count == 2)
  }
}
