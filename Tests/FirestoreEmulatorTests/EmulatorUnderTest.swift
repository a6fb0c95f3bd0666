import FirestoreModel
import JSON
import RFC3339
import SeededRandomness
import Synchronization
import Testing

@testable import FirestoreEmulator

/// A clock that only moves when it is told to, so that history and expiry are tested without waiting.
final class ManualClock: WallClock {
  private let time: Mutex<Timestamp>

  init(_ start: Timestamp = Timestamp(seconds: 1_700_000_000)) {
    time = Mutex(start)
  }

  func now() -> Timestamp { time.withLock { $0 } }

  func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// Repeatable "randomness".
final class SeededRandom: RandomSource {
  private let generator: Mutex<SplitMix64>

  init(_ seed: UInt64 = 1) {
    generator = Mutex(SplitMix64(seed: seed))
  }

  func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

  func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  private func next() -> UInt64 { generator.withLock { $0.next() } }
}

/// An answer as a client sees it.
struct Answer {
  let code: Int
  let json: JSONValue

  /// The status name of an error, nil for success.
  var status: String? { error?["status"]?.stringValue }
  var message: String? { error?["message"]?.stringValue }
  private var error: JSONValue? { json["error"] ?? json[0]?["error"] }
}

/// The whole emulator without a socket: requests go in as a client would write them, answers come out as bytes.
struct EmulatorUnderTest {
  static let root = "projects/p/databases/(default)/documents"

  let clock: ManualClock
  let service: EmulatorService

  init(
    clock: ManualClock = ManualClock(), wrapsStreamErrors: Bool = false,
    indexing: MemoryStore.Indexing = MemoryStore.Indexing()
  ) {
    self.clock = clock
    var configuration = EmulatorConfiguration(project: "p", clock: clock, random: SeededRandom())
    configuration.wrapsStreamErrors = wrapsStreamErrors
    let store = MemoryStore(clock: clock, limits: ChangeLog.Limits(), indexing: indexing)
    let engine = FirestoreEngine(store: store, clock: clock, random: configuration.random)
    service = EmulatorService(
      firestore: FirestoreREST(engine: engine, wrapsStreamErrors: wrapsStreamErrors),
      auth: AuthREST(configuration: configuration))
  }

  /// Sends a request with a path from the root of the server.
  func send(
    _ method: String, _ uri: String, _ body: JSONValue? = nil, authorization: String? = nil
  ) throws -> Answer {
    try send(method, uri, bytes: body?.utf8(.compact) ?? [], authorization: authorization)
  }

  func send(_ method: String, _ uri: String, bytes: [UInt8], authorization: String? = nil) throws -> Answer {
    let target = try #require(RequestTarget(uri))
    let request = EmulatorRequest(method: method, target: target, authorization: authorization, body: bytes)
    let reply = service.answer(request)
    switch reply.body {
    case .complete(let bytes):
      return Answer(code: reply.status, json: try JSONValue(parsing: bytes))
    case .stream(var stream):
      var writer = JSONByteWriter()
      while stream.writePiece(to: &writer) {}
      return Answer(code: reply.status, json: try JSONValue(parsing: writer.bytes))
    }
  }

  /// Calls a method of Firestore: `":commit"`, or `"/c/d:runQuery"` below a document.
  func post(_ verb: String, _ body: JSONValue) throws -> Answer {
    try send("POST", "/v1/\(Self.root)\(verb)", body)
  }

  func get(_ path: String) throws -> Answer { try send("GET", "/v1/\(Self.root)/\(path)") }

  func name(_ path: String) -> String { "\(Self.root)/\(path)" }

  func commit(_ writes: [Write], transaction: JSONValue? = nil) throws -> Answer {
    var body: JSONObject = ["writes": .array(writes.map(\.json))]
    body["transaction"] = transaction
    return try post(":commit", .object(body))
  }

  /// Writes a document and requires success.
  func set(_ path: String, _ fields: [String: FirestoreValue] = [:]) throws {
    let answer = try commit([.set(documentName(path), fields)])
    #expect(answer.code == 200, "\(answer.json)")
  }

  func documentName(_ path: String) throws -> DocumentName { try DocumentName(parsing: name(path)) }

  /// The fields of a document, nil when it does not exist.
  func fields(_ path: String) throws -> [String: FirestoreValue]? {
    let answer = try get(path)
    return answer.code == 404 ? nil : try FirestoreDocument(json: answer.json).fields
  }

  func query(_ query: StructuredQuery, below parent: String = "", _ more: JSONObject = [:]) throws -> Answer {
    var body = more
    body["structuredQuery"] = query.json
    return try post("\(parent):runQuery", .object(body))
  }

  /// The paths of a query's documents, in order.
  func paths(_ query: StructuredQuery, below parent: String = "", _ more: JSONObject = [:]) throws -> [String] {
    let answer = try self.query(query, below: parent, more)
    #expect(answer.code == 200, "\(answer.json)")
    return try (answer.json.arrayValue ?? []).compactMap { element in
      try element["document"].map { try FirestoreDocument(json: $0).name.path.description }
    }
  }

  func aggregate(_ query: AggregationQuery, _ more: JSONObject = [:]) throws -> [String: FirestoreValue] {
    var body = more
    body["structuredAggregationQuery"] = query.json
    let answer = try post(":runAggregationQuery", .object(body))
    #expect(answer.code == 200, "\(answer.json)")
    let result = answer.json.arrayValue?.last?["result"]?["aggregateFields"] ?? [:]
    return try FirestoreValue.fields(json: result)
  }

  func count(_ query: StructuredQuery, _ more: JSONObject = [:]) throws -> FirestoreValue? {
    try aggregate(AggregationQuery(query, [.init(alias: "n", .count(upTo: nil))]), more)["n"]
  }

  func begin(_ options: JSONValue = [:]) throws -> JSONValue {
    let answer = try post(":beginTransaction", ["options": options])
    return try #require(answer.json["transaction"])
  }

  /// Reads one document in a transaction.
  func read(_ path: String, in transaction: JSONValue) throws -> Answer {
    try post(":batchGet", ["documents": [.string(name(path))], "transaction": transaction])
  }

  func updateTime(_ path: String) throws -> JSONValue {
    try #require(try get(path).json["updateTime"])
  }
}

func field(_ text: String) throws -> FieldPath { try FieldPath(parsing: text) }
