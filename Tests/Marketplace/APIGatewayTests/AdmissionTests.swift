import HTTP
import JSON
import ServiceKit
import ServiceTesting
import Synchronization
import Testing

@testable import APIGateway

@Suite("Admission")
struct AdmissionTests {
  private let gateway = TestGateway()
  private let ada = FakeVerifier.token("ada")
  private let root = FakeVerifier.token("root", admin: true)

  private static let internalReads = ["GET /api/logs", "GET /api/analytics/summary"]

  /// "METHOD /api/path" of the proxied operations with some access.
  private static func operations(_ includes: (AccessRule) -> Bool) -> [String] {
    ProxyRoute.all.filter { includes($0.access) }.map { "\($0.method) /api\($0.path)" }
  }

  @Test("the catalogue, registration and sign-in need no token", arguments: operations { $0 == .anyone })
  func open(operation: String) async {
    let parts = operation.split(separator: " ")
    let target = parts[1].replacing("{id}", with: "1")
    #expect(await gateway.call(String(parts[0]), String(target)).status == 200)
  }

  @Test(
    "everything else is 401 with a challenge and reaches no service",
    arguments: operations { $0 != .anyone } + internalReads)
  func closed(operation: String) async {
    let parts = operation.split(separator: " ")
    for headers: HTTPHeaders in [[:], ["Authorization": "Basic YTpi"], ["Authorization": "Bearer x.y.z"]] {
      let response = await gateway.call(String(parts[0]), String(parts[1]), headers: headers)
      #expect(response.status == 401 && response.headers["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
    }
    #expect(gateway.service.sent.isEmpty)
  }

  @Test(
    "operations of administrators are 403 for others", arguments: operations { $0 == .administrators } + internalReads)
  func administrators(operation: String) async {
    let parts = operation.split(separator: " ")
    let notQuite = FakeVerifier.token("eve", admin: "true")
    for token in [ada, notQuite] {
      #expect(await gateway.call(String(parts[0]), String(parts[1]), token: token).status == 403)
    }
    #expect(gateway.service.sent.isEmpty)
    #expect(await gateway.call(String(parts[0]), String(parts[1]), token: root).status == 200)
  }

  @Test("a user of a path is reached by that user and administrators only")
  func owner() async {
    for (method, path) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/sessions"), ("DELETE", "/sessions")] {
      #expect(await gateway.call(method, "/api/users/ada\(path)", token: ada).status == 200)
      #expect(await gateway.call(method, "/api/users/ada\(path)", token: root).status == 200)
      #expect(await gateway.call(method, "/api/users/%61da\(path)", token: ada).status == 200)
      #expect(await gateway.call(method, "/api/users/bob\(path)", token: ada).status == 403)
      #expect(await gateway.call(method, "/api/users/Ada\(path)", token: ada).status == 403)
    }
  }

  @Test("claims in a client's headers are removed, and the verified ones set")
  func spoofing() async {
    let spoofed: HTTPHeaders = [
      "X-User-UID": "bob", "x-user-uid": "bob", "X-User-Admin": "true", "X-Forwarded-For": "1.1.1.1",
      "Forwarded": "for=1.1.1.1",
    ]
    _ = await gateway.call("GET", "/api/orders/1", token: ada, headers: spoofed)
    _ = await gateway.call("GET", "/api/products", headers: spoofed)
    _ = await gateway.call("GET", "/api/orders/1", token: root, headers: spoofed)
    // What a client lists in Connection is its own; what the gateway wrote is not.
    let unnamed: HTTPHeaders = ["Connection": "X-User-UID, x-user-admin", "connection": "X-Forwarded-For, X-Own"]
    _ = await gateway.call("GET", "/api/orders/1", token: ada, headers: unnamed)
    let sent = gateway.service.sent.map(\.headers)
    #expect(sent.map { $0.values("X-User-UID") } == [["ada"], [], ["root"], ["ada"]])
    #expect(sent.map { $0.values("X-User-Admin") } == [[], [], ["true"], []])
    #expect(sent.allSatisfy { $0.values("X-Forwarded-For") == ["198.51.100.7"] && $0["Forwarded"] == nil })
    #expect(sent.allSatisfy { $0["Authorization"] == nil })
  }

  @Test("a good token of a user who is gone, suspended or of another project does not help")
  func standing() async {
    gateway.users.state.withLock { $0.standings = ["gone": .unknown, "bad": .suspended] }
    #expect(await gateway.call("GET", "/api/orders/1", token: FakeVerifier.token("gone")).status == 401)
    #expect(await gateway.call("GET", "/api/orders/1", token: FakeVerifier.token("bad")).status == 403)
    #expect(await gateway.call("GET", "/api/orders/1", token: FakeVerifier.token("ada", project: "q")).status == 401)
    #expect(await gateway.call("GET", "/api/products", token: FakeVerifier.token("bad")).status == 200)
    #expect(gateway.service.sent.count == 1)
  }

  @Test("when users cannot be looked up, what needs a user is 503 and the catalogue goes on")
  func failClosed() async {
    gateway.users.state.withLock { $0.isAway = true }
    #expect(await gateway.call("GET", "/api/orders/1", token: ada).status == 503)
    #expect(await gateway.call("GET", "/api/products", token: ada).status == 200)
    #expect(gateway.service.sent.count == 1)
  }

  @Test("when tokens cannot be verified, what needs one is 503 and everything else goes on")
  func unverifiable() async {
    let gateway = TestGateway(verifier: KeylessVerifier())
    for path in ["/api/orders/1", "/api/users/ada", "/api/logs"] {
      let response = await gateway.call("GET", path, token: ada)
      #expect(response.status == 503 && response.headers["WWW-Authenticate"] == nil)
      #expect(response.json?["type"] == "tag:marketplace.example,2026:dependency-unavailable")
      #expect(response.json?["detail"]?.stringValue?.contains("firebase-certificates") == true)
      #expect(await gateway.call("GET", path).status == 401)
      #expect(await gateway.call("GET", path, headers: ["Authorization": "Basic YTpi"]).status == 401)
    }
    #expect(gateway.service.sent.isEmpty)
    #expect(await gateway.call("GET", "/api/products", token: ada).status == 200)
    let event: JSONValue = ["event_name": "page_view"]
    #expect(await gateway.call("POST", "/api/analytics/events", event, token: ada).status == 503)
    #expect(await gateway.call("POST", "/api/analytics/events", event).status == 201)
  }

  @Test("requests whose tokens cannot be verified count for their address")
  func unverifiableRateLimit() async {
    let gateway = TestGateway(burst: 2, verifier: KeylessVerifier())
    for _ in 0..<2 { #expect(await gateway.call("GET", "/api/orders/1", token: ada).status == 503) }
    #expect(await gateway.call("GET", "/api/orders/1", token: root).status == 429)
  }

  @Test("what may change a user's standing is forgotten whatever the outcome")
  func forgetting() async {
    gateway.service.answer(.failure(HTTPError(code: .timedOut, message: "", url: "")))
    _ = await gateway.call("PATCH", "/api/users/ada", [:], token: ada)
    _ = await gateway.call("DELETE", "/api/users/ada", token: ada)
    _ = await gateway.call("GET", "/api/users/ada", token: ada)
    #expect(gateway.users.state.withLock { $0.forgotten } == ["ada", "ada"])
  }

  @Test("past the limit it is 429 with Retry-After, for each user and address on their own")
  func rateLimit() async {
    let gateway = TestGateway(burst: 2)
    for _ in 0..<2 { #expect(await gateway.call("GET", "/api/products").status == 200) }
    let refused = await gateway.call("GET", "/api/products")
    #expect(refused.status == 429 && refused.headers["Retry-After"] == "1")
    #expect(await gateway.call("GET", "/api/products", from: "198.51.100.8").status == 200)
    for _ in 0..<2 { #expect(await gateway.call("GET", "/api/products", token: ada).status == 200) }
    #expect(await gateway.call("GET", "/api/products", token: ada).status == 429)
    #expect(await gateway.call("GET", "/api/products", token: root).status == 200)
  }

  @Test(
    "what services use among themselves does not exist for clients",
    arguments: [
      "POST /api/products/1/decrement-stock", "POST /api/products/1/restore-stock", "GET /api/purchases/verify",
      "GET /products", "GET /api", "GET /api/",
    ])
  func hidden(operation: String) async {
    let parts = operation.split(separator: " ")
    #expect(await gateway.call(String(parts[0]), String(parts[1]), token: root).status == 404)
  }
}
