import HTTP
import JSON
import ServiceKit
import Synchronization

@testable import Load

/// A gateway in memory that answers every call as promised, and remembers the calls.
final class ObligingGateway: HTTPTransport {
  private struct State {
    var requests: [HTTPRequest] = []
    var nextID = 100
    var orders: [Int: JSONObject] = [:]
    var keys: [String: Int] = [:]
    var payments: [Int: JSONObject] = [:]
    var deleted: Set<Int> = []
    /// User and product of each review.
    var reviewed: Set<String> = []
    /// Uids by email address and by ID token.
    var users: [String: String] = [:]
    var bearers: [String: String] = [:]

    /// Who sends a request.
    func owner(of request: HTTPRequest) -> String {
      bearers[request.headers["Authorization"] ?? ""] ?? "stranger"
    }
  }

  private let state = Mutex(State())
  /// Answers before anything else does, when it has one.
  private let exception: @Sendable (HTTPRequest) async -> HTTPResponse?

  init(except exception: @escaping @Sendable (HTTPRequest) async -> HTTPResponse? = { _ in nil }) {
    self.exception = exception
  }

  /// Everything that was asked so far.
  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    state.withLock { $0.requests.append(request) }
    if let response = await exception(request) { return response }
    return state.withLock { Self.answer(request, &$0) }
  }

  private static func answer(_ request: HTTPRequest, _ state: inout State) -> HTTPResponse {
    let target = request.url.split(separator: "/api/", maxSplits: 1).last.map(String.init) ?? ""
    let path = target.split(separator: "?")[0].split(separator: "/").map(String.init)
    let body = request.body.flatMap { try? JSONValue(parsing: $0) } ?? .object([:])
    let number = path.count > 1 ? Int(path[1]) ?? 0 : 0
    state.nextID += 1
    let id = state.nextID
    switch (request.method, path[0], path.count) {
    case ("POST", "users", 1):
      state.users[body["email"]?.stringValue ?? ""] = "user-\(id)"
      return json(201, merged(body, ["uid": .string("user-\(id)"), "status": "active"]))
    case ("PATCH", "users", _): return json(200, body)
    case ("GET", "users", 2): return json(200, ["uid": .string(path[1]), "status": "active"])
    case ("POST", "sessions", _):
      let uid = state.users[body["email"]?.stringValue ?? ""] ?? "administrator"
      state.bearers["Bearer token-\(id)"] = uid
      return json(
        201,
        [
          "user_uid": .string(uid), "is_active": true, "session_token": .string("session-\(id)"),
          "id_token": .string("token-\(id)"), "id_token_expires_in": 3600,
        ])
    case ("GET", "sessions", _):
      return json(200, ["session_token": .string(path[1]), "user_uid": .string(state.owner(of: request))])
    case (_, "products", 2...) where state.deleted.contains(number): return problem(404, "not-found")
    case ("DELETE", "products", _):
      state.deleted.insert(number)
      return HTTPResponse(status: 204)
    case ("DELETE", _, _): return HTTPResponse(status: 204)
    case ("GET", "products", 2),
      ("GET", "categories", 2) where number > 0:
      return json(200, ["id": .integer(number)])
    case ("POST", "products", 1): return json(201, merged(body, ["id": .integer(id)]))
    case ("PATCH", "products", _): return json(200, merged(body, ["id": .integer(number)]))
    case ("POST", "products", 3):
      guard state.reviewed.insert("\(state.owner(of: request)) \(number)").inserted else {
        return problem(409, "already-reviewed")
      }
      let claimed = body["is_verified_purchase"] ?? false
      return json(
        201,
        merged(
          body,
          [
            "id": .integer(id), "product_id": .integer(number), "is_verified_purchase": claimed, "is_approved": false,
          ]))
    case ("PATCH", "reviews", _): return json(200, merged(body, ["id": .integer(number)]))
    case ("POST", "reviews", _): return json(200, ["id": .integer(number), "is_approved": true])
    case ("POST", "orders", 1): return order(request, body, id, &state)
    case ("GET", "orders", 2): return json(200, .object(state.orders[number] ?? [:]))
    case ("POST", "orders", _) where path[2] == "cancel":
      return json(200, ["id": .integer(number), "status": "CANCELLED"])
    case ("POST", "orders", _):
      let payment: JSONObject = [
        "id": .integer(id), "order_id": .integer(number), "amount": body["amount"] ?? .null,
        "status": body["payment_method"] == "declined_card" ? "FAILED" : "COMPLETED",
      ]
      state.payments[id] = payment
      return json(201, .object(payment))
    case ("PATCH", "orders", _): return json(200, merged(body, ["id": .integer(number)]))
    case ("POST", "payments", _):
      return json(
        200, ["order_id": state.payments[number]?["order_id"] ?? .null, "status": "REFUNDED"])
    case ("POST", "analytics", _):
      return json(
        201,
        [
          "event_name": body["event_name"] ?? .null, "session_id": body["session_id"] ?? .null,
          "user_uid": body["session_id"] == nil ? .null : .string(state.owner(of: request)),
        ])
    case ("GET", "products", 1), ("GET", "categories", 1):
      let items = path[0] == "products" && target.contains("status=active") ? [1, 2, 3] : []
      return json(
        200, ["items": .array(items.map { ["id": .integer($0)] }), "next_cursor": items.isEmpty ? "more" : .null])
    default: return json(200, ["items": [], "next_cursor": .null])
    }
  }

  private static func order(
    _ request: HTTPRequest, _ body: JSONValue, _ id: Int, _ state: inout State
  ) -> HTTPResponse {
    let key = request.headers["Idempotency-Key"] ?? ""
    if let known = state.keys[key], let order = state.orders[known] {
      return json(201, .object(order), ["Idempotency-Replayed": "true"])
    }
    let items = (body["items"]?.arrayValue ?? []).map { merged($0, ["subtotal": "2.00"]) }
    guard !items.contains(where: { state.deleted.contains($0["product_id"]?.intValue ?? 0) }) else {
      return problem(404, "not-found")
    }
    let subtotal = Money(minorUnits: Int64(items.count) * 200)?.json ?? .null
    let order: JSONObject = [
      "id": .integer(id), "user_uid": body["user_uid"] ?? .null, "status": "PENDING", "payment_status": "pending",
      "items": .array(items), "subtotal": subtotal, "tax_amount": "0.00", "shipping_amount": "0.00",
      "discount_amount": "0.00", "total_amount": subtotal,
    ]
    state.orders[id] = order
    state.keys[key] = id
    return json(201, .object(order), ["Idempotency-Replayed": "false"])
  }

  private static func merged(_ value: JSONValue, _ members: JSONObject) -> JSONValue {
    var object = value.objectValue ?? [:]
    for member in members { object[member.key] = member.value }
    return .object(object)
  }

  static func json(_ status: Int, _ body: JSONValue, _ headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: body.utf8(.compact))
  }

  static func problem(_ status: Int, _ kind: String) -> HTTPResponse {
    json(status, ["type": .string("tag:marketplace.example,2026:\(kind)"), "status": .integer(status)])
  }
}

/// A gateway that obliges before the load begins, and then answers nothing until a time.
struct StallingGateway: HTTPTransport {
  let clock: StillClock
  let until: Duration
  private let obliging = ObligingGateway()

  init(clock: StillClock, until: Duration) {
    self.clock = clock
    self.until = until
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    while clock.now() > .zero, clock.now() < until { await Task.yield() }
    return try await obliging.send(request)
  }
}
