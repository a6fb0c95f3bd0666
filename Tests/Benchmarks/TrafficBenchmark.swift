import HTTP
import JSON
import Load
import Synchronization

/// What the marketplace answers per second, how fast, and what memory that takes: reading the catalogue and placing
/// orders, through the gateway and, as baselines of the same run, without it.
struct TrafficBenchmark {
  let programs: String

  static let connections = 16
  static let rounds = 4
  static let roundTime = Duration.seconds(2)

  /// Something that is asked again and again.
  private struct Course {
    let name: String
    /// The course whose throughput this one's is given in parts of.
    let baseline: String?
    let status: Int
    let request: @Sendable (_ number: Int) -> HTTPRequest
  }

  /// What came of one course.
  private struct Outcome {
    var latencies = LatencyHistogram()
    var time = Duration.zero

    var perSecond: Double { Double(latencies.count) / max(0.001, time / .seconds(1)) }
  }

  /// Measures everything and prints a table.
  ///
  /// Courses take turns in rounds, so that a noisy neighbour on the machine disturbs all of them alike.
  func run() async throws {
    // A limit would measure the limit.
    let unlimited = ["RATE_LIMIT_PER_SECOND": "1000000", "RATE_LIMIT_BURST": "1000000"]
    try await RunningMarketplace.run(programs: programs, environment: unlimited) { marketplace in
      let http = HTTPClient(HTTPClientConfiguration(maximumConnectionsPerHost: Self.connections))
      defer { http.shutdown() }
      let courses = try await courses(marketplace, http)
      for course in courses { _ = try await measure(course, over: http, from: 0, for: .seconds(1)) }
      var outcomes = courses.map { _ in Outcome() }
      for round in 1...Self.rounds {
        for (index, course) in courses.enumerated() {
          let outcome = try await measure(course, over: http, from: round * 10_000_000, for: Self.roundTime)
          outcomes[index].latencies.add(outcome.latencies)
          outcomes[index].time += outcome.time
        }
      }
      try show(courses, outcomes, marketplace)
    }
  }

  // MARK: - What is asked

  private func courses(_ marketplace: RunningMarketplace, _ http: HTTPClient) async throws -> [Course] {
    let gateway = try marketplace.address(of: "api-gateway")
    let products = try marketplace.address(of: "product-service")
    let orders = try marketplace.address(of: "order-service")
    let shopper = try await Shopper(gateway: gateway, http: http)
    let goods = try await shopper.stockUp(20)
    let (uid, token) = (shopper.uid, shopper.token)
    @Sendable func order(_ number: Int) -> [UInt8] {
      let items = [goods[number % goods.count], goods[(number / 3 + 7) % goods.count]]
      let lines = Set(items).sorted().map { JSONValue.object(["product_id": .number(JSONNumber($0)), "quantity": 1]) }
      return JSONValue.object(["user_uid": .string(uid), "items": .array(lines)]).utf8()
    }
    return [
      Course(name: "gateway, /health", baseline: nil, status: 200) { _ in HTTPRequest(url: "\(gateway)/health") },
      Course(name: "product-service, a product", baseline: nil, status: 200) { number in
        HTTPRequest(url: "\(products)/products/\(goods[number % goods.count])")
      },
      Course(name: "gateway, a product", baseline: "product-service, a product", status: 200) { number in
        HTTPRequest(url: "\(gateway)/api/products/\(goods[number % goods.count])")
      },
      Course(name: "product-service, a page of 20", baseline: nil, status: 200) { _ in
        HTTPRequest(url: "\(products)/products?limit=20")
      },
      Course(name: "gateway, a page of 20", baseline: "product-service, a page of 20", status: 200) { _ in
        HTTPRequest(url: "\(gateway)/api/products?limit=20")
      },
      Course(name: "order-service, an order of two", baseline: nil, status: 201) { number in
        HTTPRequest(
          method: "POST", url: "\(orders)/orders",
          headers: [
            "Content-Type": "application/json", "X-User-UID": uid, "Idempotency-Key": "direct-\(number)",
          ], body: order(number))
      },
      Course(name: "gateway, an order of two", baseline: "order-service, an order of two", status: 201) { number in
        HTTPRequest(
          method: "POST", url: "\(gateway)/api/orders",
          headers: [
            "Content-Type": "application/json", "Authorization": "Bearer \(token)",
            "Idempotency-Key": "gateway-\(number)",
          ], body: order(number))
      },
    ]
  }

  // MARK: - Measuring

  private func measure(
    _ course: Course, over http: HTTPClient, from first: Int, for time: Duration
  ) async throws -> Outcome {
    let numbers = Numbers(from: first)
    let start = ContinuousClock.now
    let end = start + time
    let latencies = try await withThrowingTaskGroup(of: LatencyHistogram.self) { group in
      for _ in 0..<Self.connections {
        group.addTask {
          var latencies = LatencyHistogram()
          while ContinuousClock.now < end {
            let request = course.request(numbers.next())
            let sent = ContinuousClock.now
            let response = try await http.send(request)
            latencies.record(ContinuousClock.now - sent)
            guard response.status == course.status else {
              let body = String(decoding: response.body.prefix(300), as: UTF8.self)
              throw BenchmarkFailure(message: "\(course.name): \(response.status) \(body)")
            }
          }
          return latencies
        }
      }
      return try await group.reduce(into: LatencyHistogram()) { $0.add($1) }
    }
    return Outcome(latencies: latencies, time: ContinuousClock.now - start)
  }

  // MARK: - Showing

  private func show(_ courses: [Course], _ outcomes: [Outcome], _ marketplace: RunningMarketplace) throws {
    let seconds = Self.roundTime / .seconds(1)
    print(
      "marketplace: \(Self.connections) connections, closed loop, \(Self.rounds) rounds of \(Figures.decimal(seconds)) s"
        + " after 1 s of warm-up each")
    print("")
    let columns = ["per s", "p50 ms", "p95 ms", "p99 ms", "max ms"].map { Figures.right($0, 10) }
    print(Figures.left("", 32) + columns.joined() + "  throughput")
    let rates = Dictionary(zip(courses, outcomes).map { ($0.name, $1.perSecond) }) { $1 }
    for (course, outcome) in zip(courses, outcomes) {
      let latencies = [50, 95, 99].map { outcome.latencies.percentile($0) } + [outcome.latencies.maximum]
      let figures = [outcome.perSecond] + latencies.map { $0 / .milliseconds(1) }
      let comparison = course.baseline.flatMap { name in
        rates[name].map { "  \(Figures.decimal(outcome.perSecond / $0)) of \(name)" }
      }
      print(
        Figures.left(course.name, 32) + figures.map { Figures.right($0, 10) }.joined() + (comparison ?? "  baseline"))
    }
    print("")
    print(Figures.left("", 32) + Figures.right("peak MiB", 10) + Figures.right("now MiB", 10))
    for service in RunningMarketplace.services {
      let memory = try marketplace.memory(of: service)
      print(Figures.left(service, 32) + Figures.right(memory.peak, 10) + Figures.right(memory.now, 10))
    }
  }
}

/// Counts up, for all connections together.
private final class Numbers: Sendable {
  private let last: Atomic<Int>

  init(from first: Int) { last = Atomic(first) }

  func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}

/// Somebody with an account who may also make products: what a benchmark needs to place orders.
private struct Shopper {
  let uid: String
  let token: String
  private let gateway: String
  private let http: HTTPClient

  /// Signs the administrator in.
  init(gateway: String, http: HTTPClient) async throws {
    self.gateway = gateway
    self.http = http
    let session = try await Self.post(
      "\(gateway)/api/sessions", ["email": .string(Account.email), "password": .string(Account.password)], http)
    uid = session["user_uid"]?.stringValue ?? ""
    token = session["id_token"]?.stringValue ?? ""
  }

  /// Makes products that do not sell out; answers their ids.
  func stockUp(_ count: Int) async throws -> [Int] {
    var ids: [Int] = []
    for number in 1...count {
      let product = try await Self.post(
        "\(gateway)/api/products",
        [
          "name": .string("Benchmark \(number)"), "sku": .string("BENCH-\(number)"), "price": "9.99",
          "stock": 1_000_000,
        ],
        http, token: token)
      ids.append(product["id"]?.intValue ?? 0)
    }
    return ids
  }

  private static func post(
    _ url: String, _ body: JSONValue, _ http: HTTPClient, token: String? = nil
  ) async throws -> JSONValue {
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    if let token { headers.add("Authorization", "Bearer \(token)") }
    let response = try await http.send(HTTPRequest(method: "POST", url: url, headers: headers, body: body.utf8()))
    guard response.status == 201 else {
      throw BenchmarkFailure(message: "\(url): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
    }
    return try JSONValue(parsing: response.body)
  }
}
