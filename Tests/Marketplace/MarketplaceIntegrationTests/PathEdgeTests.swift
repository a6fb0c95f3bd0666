import JSON
import OpenAPI
import Testing
import WholeMarketplace

@Suite("Paths and methods at the edge")
struct PathEdgeTests {
  /// One operation.
  struct Case: Sendable, CustomTestStringConvertible {
    let service: WholeMarketplace.Service
    let operation: OpenAPI.Operation

    var testDescription: String { "\(service.rawValue) \(operation.id)" }
  }

  /// One path with its methods.
  struct Resource: Sendable, CustomTestStringConvertible {
    let service: WholeMarketplace.Service
    let path: String
    let methods: [String]

    var testDescription: String { "\(service.rawValue) \(path)" }
  }

  static let cases: [Case] = WholeMarketplace.Service.allCases.flatMap { service in
    ((try? MarketplaceContract(of: service))?.operations ?? []).map { Case(service: service, operation: $0) }
  }

  static let resources: [Resource] = WholeMarketplace.Service.allCases.flatMap { service in
    let operations = cases.filter { $0.service == service }.map(\.operation)
    return Dictionary(grouping: operations, by: \.path).map { path, operations in
      Resource(service: service, path: path, methods: operations.map(\.method).sorted())
    }
  }

  static let noNumbers = [
    "0", "-1", "2147483648", "-2147483649", "99999999999999999999", "1.5", "1e1", "abc", "%00", "1%00", "+1", "01",
    "1%20", "%201", "0x1", "NaN", "null", "%D9%A1", "%EF%BC%91", "1%2F2", "1%3B", "..%2F1", "%2e%2e", "1%C0%AF",
    "%FF", "%", "%zz", "1'", "1--", String(repeating: "9", count: 3000), String(repeating: "x", count: 3000),
    "%F0%9F%98%80",
  ]

  static let noNames = [
    "%00", "a%00", ".", "..", "%2e", "%2E%2e", "%2F", "a%2Fb", "__x__", "__%CC%81x__", "____", "%FF", "%C0%AF", "%",
    "%zz", String(repeating: "x", count: 3000), String(repeating: "%F0%9F%98%80", count: 400), "%0d%0aX:1", "%20",
    "%E2%80%AE", "nobody", "users", "%7B%7D", "'", "*", "~", "00000000-0000-0000-0000-000000000000",
    "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
  ]

  @Test("an id that nothing can have is 404", arguments: cases.filter { $0.operation.path.contains("{id}") })
  func impossibleID(item: Case) async throws {
    try await expectNotFound(Self.noNumbers, item)
  }

  @Test(
    "a name that nobody has is 404",
    arguments: cases.filter { $0.operation.path.contains("{uid}") || $0.operation.path.contains("{token}") })
  func impossibleName(item: Case) async throws {
    try await expectNotFound(Self.noNames, item)
  }

  private func expectNotFound(_ values: [String], _ item: Case) async throws {
    let market = try await WholeMarketplace.shared
    let estate = try await EdgeEstate.shared
    let row = try #require(AccessMatrix.rows.first { $0.operation == item.operation.id })
    let body = row.request(estate.estate).body?.serialized()
    for value in values {
      let target = estate.path(item.operation.path, value: value)
      var lines = body == nil ? [] : ["Content-Type: application/json"]
      if item.service == .gateway { lines.append("Authorization: Bearer \(estate.administrator.token)") }
      let answer = await market.exchange(
        item.operation.method, target, lines: lines, body: Array((body ?? "").utf8), with: item.service)
      #expect(answer.status == 404, "\(item.operation.method) \(target.prefix(80))")
      #expect(answer.header("Content-Type") == "application/problem+json", "\(target.prefix(80))")
    }
  }

  @Test("a method that a path does not have is 405 with those it has", arguments: resources)
  func wrongMethod(resource: Resource) async throws {
    let market = try await WholeMarketplace.shared
    let estate = try await EdgeEstate.shared
    let target = estate.path(resource.path)
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
    where !resource.methods.contains(method) {
      let answer = await market.exchange(method, target, with: resource.service)
      #expect(answer.status == 405, "\(method) \(target)")
      #expect(answer.header("Allow") == resource.methods.joined(separator: ", "), "\(method) \(target)")
    }
  }

  @Test("a path that is written otherwise is another path", arguments: resources)
  func otherSpelling(resource: Resource) async throws {
    let market = try await WholeMarketplace.shared
    let estate = try await EdgeEstate.shared
    let path = estate.path(resource.path)
    let lines = resource.service == .gateway ? ["Authorization: Bearer \(estate.administrator.token)"] : []
    let method = resource.methods[0]
    let upper = path.uppercased() == path ? [] : [path.uppercased()]
    for target in ["\(path)/", "/\(path)", "/.\(path)", "/x/..\(path)", "\(path)/.", "\(path)%20", "\(path)/x"] + upper
    {
      let status = await market.exchange(method, target, lines: lines, with: resource.service).status
      #expect([404, 405].contains(status), "\(method) \(target)")
    }
  }

  @Test("a query that cannot be understood is 422", arguments: cases.filter { $0.operation.method == "GET" })
  func oddQueries(item: Case) async throws {
    let names = Set(item.operation.parameters.filter { $0.location == .query }.map(\.name))
    guard !names.isEmpty else { return }
    let market = try await WholeMarketplace.shared
    let estate = try await EdgeEstate.shared
    let lines = item.service == .gateway ? ["Authorization: Bearer \(estate.administrator.token)"] : []
    var queries = ["zzz=1", "zzz", "%FF=1", "%zz=1"]
    for name in names {
      queries += ["\(name)=%00", "\(name)=%FF", "\(name)=%", "\(name)=a&\(name)=a", "\(name)=", "\(name)"]
      if ["limit", "category_id", "parent_id", "rating", "product_id", "order_id", "status_code"].contains(name) {
        queries += ["0", "-1", "2147483648", "99999999999999999999", "1.5", "abc", "1e1", "%2B1", "01", "%201"].map {
          "\(name)=\($0)"
        }
      }
      if name == "cursor" {
        queries += ["x", "!", "e30", "W10", "WzAuNV0", "W251bGxd", "W1tdXQ", String(repeating: "A", count: 5000)].map {
          "cursor=\($0)"
        }
      }
      if name.contains("price") {
        queries += ["1", "1.5", "1e2", "-1.00", "NaN", "1.000", "99999999999.00"].map { "\(name)=\($0)" }
      }
      if ["from", "to"].contains(name) {
        queries += ["now", "2026-02-30T00:00:00Z", "2026-01-01", "0"].map { "\(name)=\($0)" }
      }
    }
    for query in queries {
      let answer = await market.exchange(
        "GET", "\(estate.path(item.operation.path))?\(query)", lines: lines, with: item.service)
      #expect(answer.status == 422, "\(item.operation.path)?\(query.prefix(80))")
    }
  }
}
