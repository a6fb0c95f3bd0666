import Firestore
import FirestoreModel
import HTTP
import JSON
import RFC3339
import ScriptedServer
import Synchronization
import Testing

/// What goes over the wire for a read, and which answers are believed.
@Suite struct FirestoreReadingTests {
  private static let root = "/v1/projects/demo/databases/%28default%29/documents"

  @Test("reads are POST requests with everything in the body, and say who asks")
  func requests() async throws {
    let server = ScriptedFirestore([.json(answer([])), .json(answer([]))])
    try await server.run { client async throws in
      let query = StructuredQuery(collection: "users")
      let time = try #require(Timestamp(rfc3339: "2026-01-01T00:00:00.123456789Z"))
      _ = try await client.runQuery(query, readTime: time)
      _ = try await client.runQuery(query, parent: DocumentPath("users/a:b c"))
    }
    #expect(server.calls[0].path == Self.root + ":runQuery")
    #expect(server.calls[0].authorization == "Bearer owner")
    #expect(server.calls[0].body["structuredQuery"] == StructuredQuery(collection: "users").json)
    #expect(server.calls[0].body["readTime"] == "2026-01-01T00:00:00.123456Z")
    #expect(server.calls[1].path == Self.root + "/users/a%3Ab%20c:runQuery")
    #expect(server.calls[1].body["readTime"] == nil)
  }

  @Test("a custom endpoint is asked with the token of the moment, and its failure is unauthenticated")
  func tokens() async throws {
    struct NoToken: Error {}
    let client = FirestoreClient(
      http: HTTPClient(), endpoint: .custom(baseURL: "http://127.0.0.1:1/", token: { throw NoToken() }), project: "p")
    let error = await #expect(throws: FirestoreError.self) { try await client.get(DocumentPath("users/a")) }
    #expect(error?.status == .unauthenticated)
  }

  @Test("production is asked with an access token, and a source that is busy is asked again")
  func production() async throws {
    /// Has no token at first.
    final class SlowTokens: AccessTokenSource {
      let asked = Mutex(0)

      func accessToken() async throws(AccessTokenError) -> String {
        let count = asked.withLock { asked in
          asked += 1
          return asked
        }
        guard count > 1 else { throw AccessTokenError("busy.", isTransient: true) }
        return "access"
      }
    }
    let tokens = SlowTokens()
    let server = ScriptedFirestore([.json("[\(element("a"))]")])
    try await server.run(at: { .production(tokens: tokens, baseURL: $0.url + "/") }) { client async throws in
      #expect(try await client.runQuery(StructuredQuery(collection: "users")).documents.count == 1)
    }
    #expect(server.calls.map { $0.authorization } == ["Bearer access"])
    #expect(server.calls.map { $0.path } == [Self.root + ":runQuery"])
    #expect(tokens.asked.withLock { $0 } == 2)
  }

  @Test("the read time of a query is the last one, for which all documents hold")
  func readTime() async throws {
    let server = ScriptedFirestore([.json("[\(element("a", at: 1)),\(element("b", at: 2))]")])
    let result = try await server.run { try await $0.runQuery(StructuredQuery(collection: "users")) }
    #expect(result.readTime?.rfc3339 == time(2))
  }

  @Test(
    "an answer that is not what Firestore sends is an error, not an empty result",
    arguments: [
      "{}", "[{}", "null", "[1,]", "[{\"document\":{\"name\":\"users/a\"}}]", "[{\"document\":{}}]",
      "[{\"readTime\":1}]", "[{\"a\":1,}]", "[] []",
    ])
  func malformed(_ text: String) async throws {
    let server = ScriptedFirestore([.untilClose(text)])
    try await server.run(attempts: 1) { client async throws in
      let error = await #expect(throws: FirestoreError.self) {
        try await client.runQuery(StructuredQuery(collection: "users"))
      }
      #expect(error?.status == nil || error?.status == .unavailable)
    }
  }

  @Test("an error in the middle of a stream discards what came before it")
  func errorMidway() async throws {
    let server = ScriptedFirestore([
      .json("[\(element("a")),{\"error\":{\"code\":400,\"message\":\"late\",\"status\":\"INVALID_ARGUMENT\"}}]")
    ])
    try await server.run { client async throws in
      let error = await #expect(throws: FirestoreError.self) {
        try await client.runQuery(StructuredQuery(collection: "users"))
      }
      #expect(error?.message == "late")
      #expect(error?.status == .invalidArgument)
    }
  }

  @Test("batchGet splits long lists, asks for each path once and stays at one time")
  func batchGet() async throws {
    func reply(_ range: Range<Int>, at second: Int) -> String {
      let names = range.map { "projects/demo/databases/(default)/documents/users/u\($0)" }
      return "["
        + names.map { #"{"missing":"\#($0)","readTime":"\#(time(second))"}"# }.joined(separator: ",") + "]"
    }
    let server = ScriptedFirestore([.json(reply(0..<300, at: 1)), .json(reply(300..<350, at: 1))])
    let paths = try (0..<350).map { try DocumentPath("users/u\($0)") }
    let result = try await server.run { try await $0.batchGet(paths + paths.prefix(50)) }
    #expect(result.missing == paths)
    #expect(result.found.isEmpty)
    #expect(result.readTime?.rfc3339 == time(1))
    #expect(server.calls.map { $0.body["documents"]?.arrayValue?.count } == [300, 50])
    #expect(server.calls[0].body["readTime"] == nil)
    #expect(server.calls[1].body["readTime"]?.stringValue.flatMap(Timestamp.init(rfc3339:)) == result.readTime)
  }

  @Test("nothing asked for is nothing sent")
  func emptyBatch() async throws {
    let server = ScriptedFirestore([])
    #expect(try await server.run { try await $0.batchGet([]) }.readTime == nil)
    #expect(server.calls.isEmpty)
  }

  @Test("a path that batchGet leaves unanswered is an error")
  func forgotten() async throws {
    let server = ScriptedFirestore([
      .json(#"[{"found":{"name":"projects/demo/databases/(default)/documents/users/a"}}]"#)
    ])
    try await server.run(attempts: 1) { client async throws in
      let error = await #expect(throws: FirestoreError.self) {
        try await client.batchGet([DocumentPath("users/a"), DocumentPath("users/b")])
      }
      #expect(error?.message.contains("users/b") == true)
    }
  }

  @Test("collection ids are paged, and a token that repeats does not go round for ever")
  func collectionIDs() async throws {
    let server = ScriptedFirestore([
      .json(#"{"collectionIds":["a","b"],"nextPageToken":"t"}"#), .json(#"{"collectionIds":["c"]}"#),
    ])
    #expect(try await server.run { try await $0.listCollectionIDs() } == ["a", "b", "c"])
    #expect(server.calls[1].body["pageToken"] == "t")
    let stuck = ScriptedFirestore(Array(repeating: .json(#"{"nextPageToken":"t"}"#), count: 5))
    try await stuck.run { client async throws in
      await #expect(throws: FirestoreError.self) { try await client.listCollectionIDs() }
    }
    #expect(stuck.calls.count == 2)
  }

  @Test("a count without a count is an error")
  func count() async throws {
    let whole = #"[{"result":{"aggregateFields":{"count":{"integerValue":"12"}}},"readTime":"\#(time(1))"}]"#
    let server = ScriptedFirestore([.json(whole), .json(answer([]))])
    try await server.run(attempts: 1) { client async throws in
      #expect(try await client.count(StructuredQuery(collection: "users")) == 12)
      await #expect(throws: FirestoreError.self) { try await client.count(StructuredQuery(collection: "users")) }
    }
  }
}
