import Firestore
import FirestoreModel
import HTTP
import JSON
import Testing

/// What is tried again, after which pauses, and what never is.
@Suite struct FirestoreRetryTests {
  private func failure(
    _ server: ScriptedFirestore, attempts: Int = 3, _ call: (FirestoreClient) async throws -> Void
  ) async throws -> FirestoreError {
    try await server.run(attempts: attempts) { client async throws in
      try #require(await #expect(throws: FirestoreError.self) { try await call(client) })
    }
  }

  private static let committed = #"{"writeResults":[{"updateTime":"\#(time(1))"}],"commitTime":"\#(time(1))"}"#

  @Test(
    "a read is tried again after failures that pass, with growing pauses",
    arguments: [
      ScriptedFirestore.Reply.error(503, "UNAVAILABLE"), .error(429, "RESOURCE_EXHAUSTED"), .error(409, "ABORTED"),
      .hangUp, .cut("[" + element("a")), .untilClose("[" + element("a") + ",\n"),
      .json(#"[{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}]"#),
    ])
  func reads(_ reply: ScriptedFirestore.Reply) async throws {
    let server = ScriptedFirestore([reply, reply, .json(answer(["a", "b"]))])
    try await server.run { client async throws in
      let result = try await client.runQuery(StructuredQuery(collection: "users"))
      #expect(result.documents.map(\.name.path.id) == ["a", "b"])
    }
    #expect(server.calls.count == 3)
    #expect(server.pausesTaken == [.milliseconds(100), .milliseconds(200)])
  }

  @Test("attempts end, and the last error is the one that is thrown")
  func attempts() async throws {
    let server = ScriptedFirestore(Array(repeating: .error(503, "UNAVAILABLE"), count: 9))
    let error = try await failure(server) { _ = try await $0.get(DocumentPath("users/a")) }
    #expect(error.status == .unavailable)
    #expect(server.calls.count == 3)
  }

  @Test(
    "failures that stay are not tried again",
    arguments: [
      "INVALID_ARGUMENT", "PERMISSION_DENIED", "NOT_FOUND", "FAILED_PRECONDITION", "UNIMPLEMENTED", "INTERNAL",
    ])
  func lasting(_ status: String) async throws {
    let server = ScriptedFirestore([.error(400, status)])
    let error = try await failure(server) { _ = try await $0.runQuery(StructuredQuery(collection: "users")) }
    #expect(error.status?.rawValue == status)
    #expect(server.calls.count == 1)
  }

  @Test("a write that would count twice is tried again only when it surely was not done")
  func increments() async throws {
    func write(_ client: FirestoreClient) throws -> Write {
      Write(
        client.name(of: try DocumentPath("users/a")), .update(fields: [:], mask: []),
        transforms: [FieldTransform(try FieldPath(parsing: "n"), .increment(.integer(1)))])
    }
    for reply in [ScriptedFirestore.Reply.error(429, "RESOURCE_EXHAUSTED"), .error(409, "ABORTED")] {
      let server = ScriptedFirestore([reply, .json(Self.committed)])
      try await server.run { _ = try await $0.commit([write($0)]) }
      #expect(server.calls.count == 2)
    }
    for reply in [ScriptedFirestore.Reply.error(503, "UNAVAILABLE"), .hangUp] {
      let server = ScriptedFirestore([reply, .json(Self.committed)])
      let error = try await failure(server) { _ = try await $0.commit([write($0)]) }
      #expect(error.isOutcomeUnknown)
      #expect(server.calls.count == 1)
    }
  }

  @Test("a create is not tried again when it may have been done, because it would fail by itself")
  func creates() async throws {
    let server = ScriptedFirestore([.hangUp, .json(Self.committed)])
    _ = try await failure(server) { try await $0.create(DocumentPath("users/a"), [:]) }
    #expect(server.calls.count == 1)
  }

  @Test("a set is tried again, because twice is as good as once")
  func sets() async throws {
    let server = ScriptedFirestore([.hangUp, .error(503, "UNAVAILABLE"), .json(Self.committed)])
    try await server.run { try await $0.set(DocumentPath("users/a"), ["n": .integer(1)]) }
    #expect(server.calls.count == 3)
  }

  @Test("nothing inside a transaction is tried again: an abort ends the transaction")
  func transactions() async throws {
    let server = ScriptedFirestore([
      .json(#"{"transaction":"dHg="}"#), .error(409, "ABORTED"), .error(409, "ABORTED"),
    ])
    let error = try await failure(server) { client async throws in
      let transaction = try await client.beginTransaction()
      _ = try? await client.get(DocumentPath("users/a"), transaction: transaction)
      _ = try await client.commit([.set(client.name(of: DocumentPath("users/a")), [:])], transaction: transaction)
    }
    #expect(error.status == .aborted)
    #expect(server.calls.count == 3)
    #expect(server.calls[1].body["transaction"] == "dHg=")
    #expect(server.calls[2].body["transaction"] == "dHg=")
  }

  @Test("a server that is not there is a status too")
  func unreachable() async throws {
    let error = try await failure(ScriptedFirestore([])) { client async throws in
      let nowhere = FirestoreClient(
        http: HTTPClient(), endpoint: .emulator("127.0.0.1:1"), project: "p", retry: .never)
      _ = try await nowhere.get(DocumentPath("users/a"))
    }
    #expect(error.status == .unavailable)
    #expect(error.httpStatus == nil)
  }
}
