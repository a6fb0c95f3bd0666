import FirebaseAuth
import HTTP
import JSON
import Logging
import RFC3339
import ServiceKit
import Synchronization

@testable import APIGateway

/// Takes "token-UID" and "token-UID-admin" for good tokens of the emulator's kind.
struct FakeVerifier: IDTokenVerifier {
  static let project = "p"
  static let now = Timestamp(seconds: 1_790_000_000)

  func verify(_ token: String) throws(IDTokenError) -> IDToken {
    try EmulatorIDTokenVerifier(project: Self.project, clock: FixedClock()).verify(token)
  }

  struct FixedClock: WallClock { func now() -> Timestamp { FakeVerifier.now } }

  /// A token as the emulator issues it.
  static func token(_ uid: String, admin: JSONValue? = nil, project: String = project) -> String {
    var claims: JSONObject = [
      "iss": .string("https://securetoken.google.com/\(project)"), "aud": .string(project), "sub": .string(uid),
      "iat": 1_789_999_990, "exp": 1_790_003_590,
    ]
    claims["admin"] = admin
    let parts = [["alg": "none", "typ": "JWT"], JSONValue.object(claims)].map { base64URL($0.utf8(.compact)) }
    return parts.joined(separator: ".") + "."
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<min(start + 3, bytes.count)]
      let bits = chunk.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - chunk.count))
      for place in 0...chunk.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
    }
    return text
  }
}

/// Cannot get the keys that it needs.
struct KeylessVerifier: IDTokenVerifier {
  func verify(_ token: String) async throws(IDTokenError) -> IDToken {
    throw .keysUnavailable("nobody answers.")
  }
}

/// Users by standing: everyone is active but those named otherwise.
final class FakeUsers: UserLookup {
  struct State {
    var standings: [String: UserStanding] = [:]
    var sessions: [String: String] = [:]
    var forgotten: [String] = []
    var isAway = false
  }

  let state = Mutex(State())

  func standing(of uid: String) async throws -> UserStanding {
    try state.withLock { state in
      if state.isAway { throw ServiceCallError(service: "user-service", reason: .unreachable) }
      return state.standings[uid] ?? .active
    }
  }

  func forget(_ uid: String) { state.withLock { $0.forgotten.append(uid) } }

  func session(_ token: String, of uid: String) async throws -> SessionStanding {
    state.withLock { state in
      guard let owner = state.sessions[token] else { return .unknown }
      return owner == uid ? .open : .foreign
    }
  }
}

/// Answers as a service would, and remembers what was sent.
final class FakeService: HTTPTransport {
  private let state = Mutex<(answer: Result<HTTPResponse, HTTPError>, sent: [HTTPRequest])>(
    (.success(HTTPResponse(status: 200)), []))

  var sent: [HTTPRequest] { state.withLock { $0.sent } }

  func answer(_ result: Result<HTTPResponse, HTTPError>) { state.withLock { $0.answer = result } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let result = state.withLock { state in
      state.sent.append(request)
      return state.answer
    }
    return try result.get()
  }
}

/// The tables of the gateway in memory, with failures on request.
final class MemoryGatewayStore: GatewayStore {
  struct State {
    var entries: [LogEntry] = []
    var events: [AnalyticsEvent] = []
    var batches: [Int] = []
    var failure: GatewayStoreError?
    var lastFilter: LogFilter?
  }

  let state = Mutex(State())

  private func failing() throws(GatewayStoreError) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  func append(_ entries: [LogEntry]) async throws(GatewayStoreError) {
    try failing()
    state.withLock { state in
      state.entries += entries
      state.batches.append(entries.count)
    }
  }

  func logs(_ filter: LogFilter, limit: Int) async throws(GatewayStoreError) -> [StoredLogEntry] {
    try failing()
    return state.withLock { state in
      state.lastFilter = filter
      return state.entries.indices.reversed().filter { $0 + 1 < filter.beforeID ?? .max }.prefix(limit).map { index in
        StoredLogEntry(id: index + 1, json: ["id": .integer(index + 1), "path": .string(state.entries[index].path)])
      }
    }
  }

  func insert(_ event: AnalyticsEvent) async throws(GatewayStoreError) -> Int {
    try failing()
    return state.withLock { state in
      state.events.append(event)
      return state.events.count
    }
  }

  func summary(from: Timestamp, to: Timestamp) async throws(GatewayStoreError) -> AnalyticsSummary {
    try failing()
    return AnalyticsSummary(
      statusClasses: [2: 3, 5: 1],
      services: [.init(name: "order-service", requests: 4, serverErrors: 1, medianLatency: 2, p95Latency: 9)],
      events: [.init(name: "x", count: 2, users: 1)], eventCount: 2, eventUsers: 1)
  }

  func removeRequests(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int {
    try failing()
    return state.withLock { $0.entries.removeFirst(limit) { $0.createdAt < time } }
  }

  func removeEvents(before time: Timestamp, limit: Int) async throws(GatewayStoreError) -> Int {
    try failing()
    return state.withLock { $0.events.removeFirst(limit) { $0.createdAt < time } }
  }

  func checkHealth() async throws(GatewayStoreError) { try failing() }
}

extension Array {
  /// Removes the first elements of a kind, and says how many there were.
  fileprivate mutating func removeFirst(_ limit: Int, where isMeant: (Element) -> Bool) -> Int {
    let found = indices.filter { isMeant(self[$0]) }.prefix(limit)
    for index in found.reversed() { remove(at: index) }
    return found.count
  }
}

struct QuietClock: MonotonicClock {
  func now() -> Duration { .zero }
  func sleep(for duration: Duration) async throws { try Task.checkCancellation() }
}

/// A gateway before services that a test plays.
struct TestGateway {
  let users = FakeUsers()
  let service = FakeService()
  let store = MemoryGatewayStore()
  let log: RequestLog
  let router: Router

  init(
    burst: Int = 1_000_000, logCapacity: Int = 1000, verifier: any IDTokenVerifier = FakeVerifier()
  ) {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    log = RequestLog(store: store, capacity: logCapacity, clock: QuietClock(), logger: logger)
    let clients = Upstream.allCases.map { [service] upstream in
      (
        upstream,
        ServiceClient(
          service: upstream.rawValue, baseURL: "http://10.0.0.1:9", transport: service,
          policy: CallPolicy(attempts: 2, repeatsTimeouts: false), breaker: CircuitBreaker(threshold: 1000),
          clock: QuietClock())
      )
    }
    router = GatewayAPI(
      APIGatewayDependencies(
        verifier: verifier, users: users, clients: Dictionary(uniqueKeysWithValues: clients), store: store,
        log: log, limiter: RateLimiter(perSecond: 1, burst: burst, clock: QuietClock()),
        clock: FakeVerifier.FixedClock(), logger: logger)
    ).router()
  }

  func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, token: String? = nil, headers: HTTPHeaders = [:],
    from address: String = "198.51.100.7"
  ) async -> ServiceResponse {
    var headers = headers
    if body != nil { headers.add("Content-Type", "application/json") }
    if let token { headers.add("Authorization", "Bearer \(token)") }
    return await router.respond(
      to: ServiceRequest(
        method: method, target: target, headers: headers, body: body?.utf8(.compact) ?? [], remoteAddress: address,
        requestID: "r-1"))
  }
}
