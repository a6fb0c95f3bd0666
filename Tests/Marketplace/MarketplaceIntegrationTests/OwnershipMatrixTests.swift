import HTTP
import JSON
import OpenAPI
import ServiceTesting
import Testing
import WholeMarketplace

/// Who may do what, for every operation of every service; an operation without a row fails the test.
@Suite("Who may do what")
struct OwnershipMatrixTests {
  /// Who calls through the gateway.
  enum Client: CaseIterable {
    case anonymous, stranger, suspended, deleted, owner, administrator
  }

  /// Who calls a service past the gateway.
  enum Neighbour: CaseIterable {
    case stranger, nobody, almostAdministrator, twoAtOnce, owner, administrator, service
  }

  static let refusals: [AccessMatrix.Policy: [Client: Int]] = [
    .open: [:],
    .identified: [.suspended: 403, .deleted: 401],
    .owned: [.anonymous: 401, .stranger: 403, .suspended: 403, .deleted: 401],
    .administrators: [.anonymous: 401, .stranger: 403, .suspended: 403, .deleted: 401, .owner: 403],
  ]

  static let refusalsPastTheGateway: [AccessMatrix.Policy: [Neighbour: Int]] = [
    .open: [:],
    .identified: [:],
    .owned: [.stranger: 403, .nobody: 403, .almostAdministrator: 403, .twoAtOnce: 403],
    .administrators: [.stranger: 403, .nobody: 403, .almostAdministrator: 403, .twoAtOnce: 403, .owner: 403],
  ]

  @Test("every operation of every service has a row", arguments: WholeMarketplace.Service.allCases)
  func isComplete(service: WholeMarketplace.Service) throws {
    let operations = try MarketplaceContract(of: service).operations
    let rows = AccessMatrix.rows.filter { $0.services.contains(service) }
    #expect(operations.map { "\($0.id) \($0.method)" }.sorted() == rows.map { "\($0.operation) \($0.method)" }.sorted())
  }

  @Test("through the gateway", arguments: AccessMatrix.rows.filter { $0.services.contains(.gateway) })
  func throughTheGateway(row: AccessMatrix.Row) async throws {
    let market = try await WholeMarketplace.shared
    let cast = try await Cast.shared
    let refusals = Self.refusals[row.policy] ?? [:]
    let estate = try await market.estate()
    for client in Client.allCases {
      let expected = refusals[client] ?? row.success
      // What is refused or reads changes nothing, so it may all be about one estate.
      let target = expected == row.success && row.method != "GET" ? try await market.estate() : estate
      let person =
        switch client {
        case .anonymous: nil as Person?
        case .stranger: cast.stranger
        case .suspended: cast.suspended
        case .deleted: cast.deleted
        case .owner: target.owner
        case .administrator: cast.administrator
        }
      let request = row.request(target)
      let answer = try await market.call(
        row.method, (row.isGatewaysOwn ? "" : "/api") + request.path, request.body, as: person)
      #expect(answer.status == expected, "\(row.operation) by \(client): \(answer.body.serialized().prefix(300))")
      if expected != row.success { expectNothing(of: target, in: answer, "\(row.operation) by \(client)") }
      if expected == 401 { #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true) }
    }
    try await expectUntouched(estate, market)
  }

  @Test("past the gateway", arguments: AccessMatrix.rows.filter { $0.services != [.gateway] })
  func pastTheGateway(row: AccessMatrix.Row) async throws {
    let market = try await WholeMarketplace.shared
    let cast = try await Cast.shared
    let refusals = Self.refusalsPastTheGateway[row.policy] ?? [:]
    let estate = try await market.estate()
    for service in row.services where service != .gateway {
      for neighbour in Neighbour.allCases {
        let expected = refusals[neighbour] ?? row.success
        let target = expected == row.success && row.method != "GET" ? try await market.estate() : estate
        let (stranger, owner) = (("X-User-UID", cast.stranger.uid), ("X-User-UID", target.owner.uid))
        let headers: [(String, String)] =
          switch neighbour {
          case .stranger: [stranger]
          case .nobody: [("X-User-UID", ""), ("X-User-Admin", "true")]
          case .almostAdministrator: [stranger, ("X-User-Admin", "TRUE")]
          case .twoAtOnce: [owner, stranger, ("X-User-Admin", "true"), ("X-User-Admin", "false")]
          case .owner: [owner]
          case .administrator: [stranger, ("x-user-admin", "true")]
          case .service: []
          }
        let request = row.request(target)
        let answer = try await market.call(row.method, request.path, request.body, to: service, headers: headers)
        #expect(answer.status == expected, "\(row.operation) by \(neighbour): \(answer.body.serialized().prefix(300))")
        if expected != row.success { expectNothing(of: target, in: answer, "\(row.operation) by \(neighbour)") }
      }
    }
    try await expectUntouched(estate, market)
  }

  private func expectNothing(of estate: Estate, in answer: Answer, _ cell: String) {
    let text = answer.body.serialized() + answer.headers.fields.map { "\($0.name): \($0.value)" }.joined()
    for secret in estate.secrets { #expect(!text.contains(secret), "\(cell) shows '\(secret.prefix(40))'") }
  }

  private func expectUntouched(_ estate: Estate, _ market: WholeMarketplace) async throws {
    let user = try await market.call("GET", "/users/\(estate.owner.uid)", to: .users)
    #expect(user.body["first_name"]?.stringValue == estate.marker && user.body["status"] == "active")
    #expect(try await market.call("GET", "/sessions/\(estate.owner.session)", to: .users).status == 200)
    #expect(try await market.call("GET", "/orders/\(estate.openOrder)", to: .orders).body["status"] == "PENDING")
    #expect(try await market.call("GET", "/orders/\(estate.paidOrder)", to: .orders).body["status"] == "PAID")
    let review = try await market.call("GET", "/reviews/\(estate.review)", to: .products)
    #expect(review.body["title"]?.stringValue == estate.marker && review.body["is_approved"] == false)
    #expect(try await market.call("GET", "/products/\(estate.product)", to: .products).body["stock"] == 97)
    #expect(try await market.call("GET", "/categories/\(estate.category)", to: .products).status == 200)
  }
}

/// Those who try.
struct Cast: Sendable {
  let stranger: Person
  let suspended: Person
  let deleted: Person
  let administrator: Person

  static var shared: Cast {
    get async throws { try await casting.value }
  }

  private static let casting = Task {
    let market = try await WholeMarketplace.shared
    let cast = Cast(
      stranger: try await market.person("stranger"), suspended: try await market.person("suspended"),
      deleted: try await market.person("deleted"), administrator: try await market.person("admin", isAdmin: true))
    let suspension = try await market.call(
      "PATCH", "/api/users/\(cast.suspended.uid)", ["status": "suspended"], as: cast.administrator)
    let deletion = try await market.call("DELETE", "/api/users/\(cast.deleted.uid)", as: cast.administrator)
    guard suspension.status == 200 else { throw Unexpected(suspension) }
    guard deletion.status == 204 else { throw Unexpected(deletion) }
    return cast
  }
}
