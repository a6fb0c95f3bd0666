internal import FirebaseAuth
internal import HTTP
package import JSON
internal import ServiceKit
package import ServiceTesting

/// A registered user who is signed in.
package struct Person: Sendable {
  /// The uid.
  package let uid: String
  /// The address.
  package let email: String
  /// The password.
  package let password: String
  /// The token of the session that registering and signing in opened.
  package let session: String
  /// The ID token.
  package let token: String
  /// The refresh token.
  package let refreshToken: String

  /// The header that says who this is.
  package var authorization: [(String, String)] { [("Authorization", "Bearer \(token)")] }
}

extension WholeMarketplace {
  /// Registers somebody and signs them in, through the gateway.
  package func person(_ name: String = "ada", isAdmin: Bool = false) async throws -> Person {
    let email = "\(name)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))@example.com"
    let password = "pass-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    let user = try await call(
      "POST", "/api/users",
      ["email": .string(email), "password": .string(password), "first_name": .string(name), "last_name": "Tester"])
    guard let uid = user.body["uid"]?.stringValue else { throw Unexpected(user) }
    if isAdmin { try await accounts.setCustomClaims(["admin": true], uid: uid) }
    let session = try await call(
      "POST", "/api/sessions", ["email": .string(email), "password": .string(password), "browser": "Firefox"])
    guard let secret = session.body["session_token"]?.stringValue, let token = session.body["id_token"]?.stringValue,
      let refresh = session.body["refresh_token"]?.stringValue
    else { throw Unexpected(session) }
    return Person(uid: uid, email: email, password: password, session: secret, token: token, refreshToken: refresh)
  }

  /// Sends a request to a service, by a socket.
  @discardableResult
  package func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, as person: Person? = nil,
    to service: Service = .gateway, headers: [(String, String)] = []
  ) async throws -> Answer {
    var fields = HTTPHeaders((person?.authorization ?? []) + headers)
    if body != nil, fields["Content-Type"] == nil { fields.set("Content-Type", "application/json") }
    let response = try await client.send(
      HTTPRequest(method: method, url: url(service) + target, headers: fields, body: body?.utf8(.compact)))
    return try Answer(status: response.status, headers: response.headers, body: response.body)
  }

  /// Makes a product directly at product-service.
  package func product(stock: Int, price: String = "10.00") async throws -> Int {
    let sku = "T-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    let answer = try await call(
      "POST", "/products",
      ["name": .string("Thing \(sku)"), "price": .string(price), "sku": .string(sku), "stock": .integer(stock)],
      to: .products)
    guard let id = answer.body["id"]?.intValue else { throw Unexpected(answer) }
    return id
  }

  /// Orders products as (id, quantity) at order-service.
  package func order(
    _ lines: [(Int, Int)], for uid: String, key: String? = nil
  ) async throws -> Answer {
    try await call(
      "POST", "/orders",
      [
        "user_uid": .string(uid),
        "items": .array(lines.map { ["product_id": .integer($0.0), "quantity": .integer($0.1)] }),
      ],
      to: .orders, headers: key.map { [("Idempotency-Key", $0)] } ?? [])
  }
}

/// An answer that a test cannot go on with.
package struct Unexpected: Error, CustomStringConvertible {
  /// What was answered.
  package let description: String

  /// Says what was answered.
  package init(_ answer: Answer) { description = "answered \(answer.status): \(answer.body.serialized())" }
}
