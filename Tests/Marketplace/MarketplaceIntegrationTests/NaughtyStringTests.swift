import JSON
import NaughtyStrings
import Postgres
import ServiceTesting
import Testing
import WholeMarketplace

/// Every free text of every service, written and read through sockets.
@Suite("Texts that software gets wrong")
struct NaughtyStringTests {
  static let texts = NaughtyStrings.all

  @Test("are many, differ, and fit every field")
  func sound() {
    #expect(Self.texts.count >= 150)
    #expect(Set(Self.texts.map { Array($0.utf8) }).count == Self.texts.count)
    #expect(Self.texts.allSatisfy { (1...50).contains($0.unicodeScalars.count) && !$0.utf8.contains(0) })
  }

  @Test("are kept as name, text and tag of a product, are found by each, and sort and page by code point")
  func products() async throws {
    let market = try await WholeMarketplace.shared
    let frame = "q\(UInt32.random(in: 0...UInt32.max))q"
    let ids = try await inLanes(Self.texts) { index, text in
      let name = "\(frame)\(text)\(frame)"
      let wanted: JSONObject = ["name": .string(name), "description": .string(text), "tags": [.string(text)]]
      var body = wanted
      (body["price"], body["sku"]) = ("1.00", .string("\(frame)-\(index)"))
      let made = try await market.call("POST", "/products", .object(body), to: .products)
      #expect(made.status == 201, "\(escaped(text))")
      let id = made.body["id"]?.intValue ?? 0
      expect(made, has: wanted)
      expect(try await market.call("GET", "/products/\(id)", to: .products), has: wanted)
      let byTag = try await market.call("GET", "/products?tag=\(query(text))&limit=100", to: .products)
      #expect(self.ids(byTag) == [id], "tag \(escaped(text))")
      let renamed = try await market.call(
        "PATCH", "/products/\(id)", ["description": .string(text + text), "tags": [.string(text), "x"]], to: .products)
      #expect(renamed.body["description"] == .string(text + text))
      return id
    }
    // What is searched for stands literally in what is found: no wildcard, no escape, no shortened text.
    _ = try await inLanes(Self.texts) { index, text in
      let found = try await market.call("GET", "/products?q=\(query(frame + text + frame))&limit=100", to: .products)
      #expect(self.ids(found).contains(ids[index]), "q \(escaped(text))")
      for item in found.body["items"]?.arrayValue ?? [] {
        let name = item["name"]?.stringValue ?? ""
        #expect(alike(name, frame + text + frame), "q \(escaped(text)) finds \(escaped(name))")
      }
      return 0
    }
    try await expectPages(frame, Set(ids), market)
  }

  private func expectPages(_ frame: String, _ ids: Set<Int>, _ market: WholeMarketplace) async throws {
    for sort in ["name", "-name"] {
      var (seen, names): ([Int], [String]) = ([], [])
      var cursor = ""
      repeat {
        let page = try await market.call(
          "GET", "/api/products?q=\(frame)&sort=\(sort)&limit=9\(cursor.isEmpty ? "" : "&cursor=\(cursor)")")
        seen += self.ids(page)
        names += page.body["items"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        cursor = page.body["next_cursor"]?.stringValue ?? ""
      } while !cursor.isEmpty && seen.count <= ids.count
      #expect(seen.count == ids.count && Set(seen) == ids, "\(sort)")
      let rising = sort == "name" ? names : names.reversed()
      #expect(zip(rising, rising.dropFirst()).allSatisfy { !$1.utf8.lexicographicallyPrecedes($0.utf8) }, "\(sort)")
    }
  }

  @Test("that only look alike are different tags of one product")
  func tagsThatLookAlike() async throws {
    let market = try await WholeMarketplace.shared
    let id = try await market.product(stock: 1)
    let tags: JSONValue = ["\u{E8}", "e\u{300}", "\u{212A}", "K", "k"]
    let changed = try await market.call("PATCH", "/products/\(id)", ["tags": tags], to: .products)
    #expect(changed.status == 200 && changed.body["tags"] == tags)
    let twice = try await market.call("PATCH", "/products/\(id)", ["tags": ["\u{E8}", "\u{E8}"]], to: .products)
    #expect(twice.violations == ["#/tags"])
  }

  @Test("are kept as name and text of a category")
  func categories() async throws {
    let market = try await WholeMarketplace.shared
    let frame = "c\(UInt32.random(in: 0...UInt32.max))"
    let ids = try await inLanes(Self.texts) { index, text in
      let wanted: JSONObject = ["name": .string(text), "description": .string(text)]
      let made = try await market.call(
        "POST", "/categories", .object(wanted.with("slug", .string("\(frame)-\(index)"))), to: .products)
      let id = made.body["id"]?.intValue ?? 0
      expect(made, has: wanted)
      expect(try await market.call("GET", "/api/categories/\(id)"), has: wanted)
      return id
    }
    let tree = try await market.call("GET", "/categories/tree", to: .products).body["items"]?.arrayValue ?? []
    let names = Dictionary(tree.map { ($0["id"]?.intValue ?? 0, $0["name"] ?? .null) }) { first, _ in first }
    for (id, text) in zip(ids, Self.texts) { #expect(names[id] == .string(text), "\(escaped(text))") }
  }

  @Test("are kept in reviews, and as names of products in orders")
  func reviewsAndOrders() async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person()
    let products = try await inLanes(Self.texts) { _, text in
      let id = try await market.product(stock: 9)
      try await market.call("PATCH", "/products/\(id)", ["name": .string(text)], to: .products)
      let wanted: JSONObject = ["title": .string(text), "comment": .string(text)]
      let made = try await market.call(
        "POST", "/api/products/\(id)/reviews",
        .object(wanted.with("rating", 3).with("user_uid", .string(person.uid))), as: person)
      expect(made, has: wanted)
      expect(try await market.call("GET", made.location ?? "", as: person), has: wanted)
      return id
    }
    for start in stride(from: 0, to: products.count, by: 50) {
      let part = products[start..<min(start + 50, products.count)]
      let order = try await market.order(part.map { ($0, 1) }, for: person.uid)
      let read = try await market.call("GET", order.location ?? "", to: .orders)
      let names = Dictionary(
        uniqueKeysWithValues: (read.body["items"]?.arrayValue ?? []).map {
          ($0["product_id"]?.intValue ?? 0, $0["product_name"] ?? .null)
        })
      for (id, text) in zip(part, Self.texts[start...]) { #expect(names[id] == .string(text), "\(escaped(text))") }
    }
  }

  @Test("are kept as tracking numbers")
  func trackingNumbers() async throws {
    let market = try await WholeMarketplace.shared
    let person = try await market.person()
    let product = try await market.product(stock: 1000)
    var numbers: [String] = []
    for text in Self.texts {
      if let last = numbers.last, last.unicodeScalars.count + text.unicodeScalars.count <= 100 {
        numbers[numbers.count - 1] += text
      } else {
        numbers.append(text)
      }
    }
    _ = try await inLanes(numbers) { _, number in
      let order = try await market.order([(product, 1)], for: person.uid)
      let path = order.location ?? ""
      try await market.call("POST", "\(path)/payments", ["amount": order.body["total_amount"] ?? .null], to: .orders)
      try await market.call("PATCH", "\(path)/status", ["status": "PROCESSING"], to: .orders)
      let shipped = try await market.call(
        "PATCH", "\(path)/status", ["status": "SHIPPED", "tracking_number": .string(number)], to: .orders)
      expect(shipped, has: ["tracking_number": .string(number)])
      expect(try await market.call("GET", path, to: .orders), has: ["tracking_number": .string(number)])
      return 0
    }
  }

  @Test("are kept as names of users, and as what devices say of themselves")
  func usersAndSessions() async throws {
    let market = try await WholeMarketplace.shared
    _ = try await inLanes(Self.texts, lanes: 4, perLane: { try await market.person() }) { person, text in
      let wanted: JSONObject = ["first_name": .string(text), "last_name": .string(text)]
      expect(try await market.call("PATCH", "/api/users/\(person.uid)", .object(wanted), as: person), has: wanted)
      expect(try await market.call("GET", "/api/users/\(person.uid)", as: person), has: wanted)
      let device: JSONObject = ["browser": .string(text), "os": .string(text), "location_city": .string(text)]
      let signIn = device.with("email", .string(person.email)).with("password", .string(person.password))
      let session = try await market.call("POST", "/sessions", .object(signIn), to: .users)
      expect(session, has: device)
      expect(try await market.call("GET", session.location ?? "", to: .users), has: device)
    }
  }

  @Test("are passwords like any other")
  func passwords() async throws {
    let market = try await WholeMarketplace.shared
    _ = try await inLanes(Self.texts.filter { $0.unicodeScalars.count < 30 }) { index, text in
      let email = "naughty-\(index)-\(UInt64.random(in: 0...UInt64.max))@example.com"
      let password = "\(text)pass\(text)word\(text)"
      let registered = try await market.call(
        "POST", "/users",
        ["email": .string(email), "password": .string(password), "first_name": "A", "last_name": "B"], to: .users)
      #expect(registered.status == 201, "\(escaped(text))")
      for (attempt, status) in [(password, 201), (password + "x", 401), (String(password.dropLast()), 401)] {
        let answer = try await market.call(
          "POST", "/sessions", ["email": .string(email), "password": .string(attempt)], to: .users)
        #expect(answer.status == status, "\(escaped(text))")
      }
      return 0
    }
  }

  @Test("are kept in analytics events, as names and values at any depth")
  func events() async throws {
    let market = try await WholeMarketplace.shared
    var properties = JSONObject(Self.texts.map { ($0, JSONValue.string($0)) })
    properties["nested \u{1F600}"] = .array(Self.texts.map { [$0: [.string($0)]] })
    let made = try await market.call(
      "POST", "/api/analytics/events", ["event_name": "naughty", "properties": .object(properties)])
    expect(made, has: ["properties": .object(properties)])
    let id = made.body["id"]?.intValue ?? 0
    let stored = try await market.gatewayPool.withConnection {
      try await $0.query("SELECT properties::text FROM analytics_events WHERE id = \(id)::int").rows
    }
    #expect(try JSONValue(parsing: stored[0][0].decode(String.self)) == .object(properties))
    _ = try await inLanes(Self.texts) { _, text in
      let wanted = JSONObject(["referrer", "utm_source", "utm_medium", "utm_campaign"].map { ($0, .string(text)) })
      expect(
        try await market.call("POST", "/api/analytics/events", .object(wanted.with("event_name", "e"))), has: wanted)
      return 0
    }
  }

  @Test("name nobody and nothing where they stand in a path or a query, and break nothing")
  func addresses() async throws {
    let market = try await WholeMarketplace.shared
    let administrator = try await market.person("admin", isAdmin: true)
    _ = try await inLanes(Self.texts) { _, text in
      let segment = query(text)
      for target in ["/api/users/\(segment)", "/api/users/\(segment)/sessions", "/api/sessions/\(segment)"] {
        #expect(try await market.call("GET", target, as: administrator).status == 404, "\(target)")
      }
      #expect(try await market.call("DELETE", "/api/users/\(segment)", as: administrator).status == 404)
      let orders = try await market.call("GET", "/api/orders?user_uid=\(segment)", as: administrator)
      #expect(orders.status == 200 && orders.body["items"] == [])
      let logs = try await market.call("GET", "/api/logs?user_uid=\(segment)&limit=1", as: administrator)
      #expect(logs.status == 200 && logs.body["items"] == [])
      let order = try await market.order([(1, 1)], for: text)
      #expect(order.status == 404 || order.violations == ["#/user_uid"], "\(escaped(text))")
      let verdict = try await market.call("GET", "/purchases/verify?product_id=1&user_uid=\(segment)", to: .orders)
      #expect(verdict.body["verified"] == false, "\(escaped(text))")
      return 0
    }
  }

  // MARK: - What is the same in all of them

  private func expect(
    _ answer: Answer, has wanted: JSONObject, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect([200, 201].contains(answer.status), sourceLocation: sourceLocation)
    for member in wanted {
      #expect(answer.body[member.key] == member.value, "\(member.key)", sourceLocation: sourceLocation)
    }
  }

  private func ids(_ page: Answer) -> [Int] { page.body["items"]?.arrayValue?.compactMap { $0["id"]?.intValue } ?? [] }

  /// Whether two texts differ in nothing but case, which a search overlooks.
  private func alike(_ left: String, _ right: String) -> Bool {
    // Turkish capital I with a dot is an i for PostgreSQL, and an i with a dot for Unicode.
    func folded(_ text: String) -> String { text.replacing("\u{130}", with: "i").lowercased() }
    return folded(left) == folded(right) || left.uppercased() == right.uppercased()
  }

  private func inLanes(
    _ texts: [String], _ body: @escaping @Sendable (_ index: Int, _ text: String) async throws -> Int
  ) async throws -> [Int] {
    try await withThrowingTaskGroup(of: [(Int, Int)].self) { group in
      let lanes = 6
      for lane in 0..<lanes {
        group.addTask {
          var results: [(Int, Int)] = []
          for index in stride(from: lane, to: texts.count, by: lanes) {
            results.append((index, try await body(index, texts[index])))
          }
          return results
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func inLanes<Lane: Sendable>(
    _ texts: [String], lanes: Int, perLane: @escaping @Sendable () async throws -> Lane,
    _ body: @escaping @Sendable (Lane, String) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup { group in
      for lane in 0..<lanes {
        group.addTask {
          let own = try await perLane()
          for index in stride(from: lane, to: texts.count, by: lanes) { try await body(own, texts[index]) }
        }
      }
      try await group.waitForAll()
    }
  }
}

extension JSONObject {
  fileprivate func with(_ key: String, _ value: JSONValue) -> JSONObject {
    var object = self
    object[key] = value
    return object
  }
}

/// Every byte percent-encoded.
private func query(_ text: String) -> String {
  text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

private func escaped(_ text: String) -> String {
  text.unicodeScalars.prefix(60).map { $0.escaped(asASCII: true) }.joined()
}
