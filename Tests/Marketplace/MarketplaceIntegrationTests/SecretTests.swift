import JSON
import Postgres
import ServiceTesting
import Testing
import WholeMarketplace

@Suite("Secrets")
struct SecretTests {
  @Test("stay out of logs, of api_logs and of problems, whatever goes wrong")
  func secrets() async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person("keeper")
    let administrator = try await market.person("admin", isAdmin: true)
    let wrong = "wrong-\(UInt64.random(in: 0...UInt64.max))"
    var problems = try await goWrong(market, person, wrong: wrong)
    for answer in problems { #expect(answer.status >= 400, "\(answer.body.serialized())") }
    // What goes right is logged too.
    let product = try await market.product(stock: 5)
    let order = try await market.call(
      "POST", "/api/orders",
      ["user_uid": .string(person.uid), "items": [["product_id": .number(JSONNumber(product)), "quantity": 1]]],
      as: person, headers: [("Idempotency-Key", "key"), ("Cookie", "session=\(person.session)")])
    #expect(order.status == 201)
    #expect(try await market.call("GET", "/api/sessions/\(person.session)", as: person).status == 200)
    #expect(try await market.call("DELETE", "/api/sessions/\(person.session)", as: person).status == 204)
    problems.append(try await market.call("GET", "/api/sessions/\(person.session)", as: person))
    // Reading the log writes everything queued.
    let page = try await market.call("GET", "/api/logs?limit=100", as: administrator)
    #expect(page.status == 200)

    let secrets = [
      ("password", person.password), ("wrong password", wrong), ("session token", person.session),
      ("session token without hyphens", person.session.replacing("-", with: "")), ("ID token", person.token),
      ("payload of the ID token", String(person.token.split(separator: ".")[1])),
      ("refresh token", person.refreshToken),
      ("database password", WholeMarketplace.databasePassword),
    ]
    let lines = market.logs.lines
    #expect(lines.count > 20 && lines.contains { $0.contains("createSession") })
    let rows = try await market.gatewayPool.withConnection {
      try await $0.query("SELECT row_to_json(l)::text FROM api_logs l").rows
    }
    let stored = try rows.map { try $0[0].decode(String.self) }
    #expect(stored.contains { $0.contains("/api/sessions/{token}") })
    for (name, secret) in secrets {
      #expect(!lines.contains { $0.contains(secret) }, "\(name) is logged")
      #expect(!stored.contains { $0.contains(secret) }, "\(name) is in api_logs")
      #expect(!page.body.serialized().contains(secret), "\(name) is shown to administrators")
      #expect(!problems.contains { $0.body.serialized().contains(secret) }, "\(name) is in a problem")
    }
    #expect(!lines.contains { $0.localizedContains("bearer ey") || $0.localizedContains("password=") })
  }

  private func goWrong(_ market: WholeMarketplace, _ person: Person, wrong: String) async throws -> [Answer] {
    let session = person.session
    func credentials(_ password: String, _ more: JSONObject = [:]) -> JSONValue {
      var body: JSONObject = ["email": .string(person.email), "password": .string(password)]
      for member in more { body[member.key] = member.value }
      return .object(body)
    }
    var answers: [Answer] = []
    let bodies: [(String, JSONValue)] = [
      ("/sessions", credentials(wrong)), ("/sessions", credentials(person.password, ["browser": 7])),
      ("/sessions", credentials(person.password, ["device_type": .string(person.password)])),
      ("/sessions", ["email": .string(person.password), "password": .string(wrong)]),
      ("/sessions", [wrong: "unknown field", "email": .string(person.email), "password": [.string(wrong)]]),
      ("/users", credentials(wrong, ["first_name": "A", "last_name": "B"])),
      ("/users", credentials(String(repeating: wrong, count: 10), ["first_name": "A", "last_name": "B"])),
      ("/users", credentials(wrong + "\u{0}", ["first_name": "A", "last_name": "B"])),
    ]
    for (target, body) in bodies where !body.serialized().contains("unknown field") {
      answers.append(try await market.call("POST", "/api\(target)", body))
      answers.append(try await market.call("POST", target, body, to: .users))
    }
    for text in ["{\"password\":\"\(wrong)\",}", "{\"password\":\"\(wrong)", "\(wrong)"] {
      let answer = await market.exchange(
        "POST", "/api/sessions", lines: ["Content-Type: application/json"], body: Array(text.utf8))
      #expect(answer.status == 400 && !String(decoding: answer.body, as: UTF8.self).contains(wrong))
    }
    // A session token, where it belongs and where it does not.
    for (method, target) in [
      ("PUT", "/api/sessions/\(session)"), ("POST", "/api/sessions/\(session)"), ("GET", "/api/sessions/\(session)/"),
      ("GET", "/api/sessions/\(session)/x"), ("GET", "/sessions/\(session)"), ("GET", "/api//sessions/\(session)"),
      ("GET", "/api/Sessions/\(session)"), ("GET", "/\(session)"), ("GET", "/api/users/\(session)/sessions/\(session)"),
      ("GET", "/api/sessions/\(session)"), ("DELETE", "/api/sessions/\(session.uppercased())"),
      ("GET", "/api/sessions/\(session.replacing("-", with: ""))"), ("GET", "/api/x?token=\(session)"),
      ("GET", "/api/products?q=\(person.password)&zzz=\(wrong)"), ("GET", "/api/x/\(person.token)"),
    ] {
      answers.append(try await market.call(method, target))
      if target.hasPrefix("/api/sessions") {
        let past = String(target.dropFirst("/api".count))
        let answer = try await market.call(method, past, to: .users, headers: [("X-User-UID", "somebody")])
        answers.append(answer)
      }
    }
    for header in ["Bearer \(person.token)x", "Basic \(person.token)", person.token, "Bearer \(wrong)"] {
      answers.append(
        try await market.call("GET", "/api/users/\(person.uid)", headers: [("Authorization", header)]))
    }
    return answers
  }
}

extension String {
  fileprivate func localizedContains(_ other: String) -> Bool { lowercased().contains(other.lowercased()) }
}
