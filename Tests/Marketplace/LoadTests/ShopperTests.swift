import HTTP
import JSON
import ServiceKit
import Testing

@testable import Load

@Suite("Virtual users") struct ShopperTests {
  private func calls(seed: UInt64, number: Int = 3, steps: Int = 400) async -> [LoadCall] {
    let shop = Shop(products: Array(1...20), categories: [1, 2, 3])
    var shopper = Shopper(number: number, name: "test", seed: seed, shop: shop)
    return await live(&shopper, steps)
  }

  /// Lets somebody act on a gateway that always obliges; answers the calls made.
  private func live<User: VirtualUser>(
    _ user: inout User, _ steps: Int, gateway: ObligingGateway = ObligingGateway()
  ) async -> [LoadCall] {
    let line = GatewayLine(gateway: "", transport: gateway, clock: StillClock(), ids: RequestNumbers(prefix: "test"))
    var calls: [LoadCall] = []
    for _ in 0..<steps {
      let step = user.next(at: .zero)
      calls.append(step.call)
      let (outcome, _) = await line.send(step.call)
      switch Verdict(outcome, against: step.promise) {
      case .kept(let body): step.learn(&user, body)
      case .refused: break
      case let other: Issue.record("\(step.call): \(other)")
      }
    }
    return calls
  }

  @Test("equal seeds make equal lives, other seeds and other numbers make others")
  func determinism() async {
    let first = await calls(seed: 7)
    #expect(await calls(seed: 7) == first)
    #expect(await calls(seed: 8) != first)
    #expect(await calls(seed: 7, number: 4) != first)
  }

  @Test("a shopper uses everything that shoppers can use")
  func everything() async {
    let administration: Set<LoadOperation> = [
      .createProduct, .updateProduct, .deleteProduct, .updateOrderStatus, .approveReview, .listUsers, .listLogs,
      .getAnalyticsSummary,
    ]
    let made = Set(await calls(seed: 1, steps: 20_000).map(\.operation))
    #expect(made == Set(LoadOperation.allCases).subtracting(administration))
  }

  @Test("nothing is called in the name of somebody who deleted his account")
  func afterDeletion() async throws {
    let all = await calls(seed: 5, steps: 20_000)
    var gone: Set<String> = []
    for call in all {
      if let token = call.token { #expect(!gone.contains(token), "\(call.target) after the account was deleted") }
      if call.operation == .deleteUser { gone.insert(try #require(call.token)) }
    }
    #expect(gone.count > 3)
  }

  @Test("the very same order request is repeated, and every other has a key of its own")
  func replays() async {
    let orders = await calls(seed: 2, steps: 5000).filter { $0.operation == .createOrder }
    let byKey = Dictionary(grouping: orders) { $0.idempotencyKey }
    #expect(byKey[nil] == nil)
    #expect(byKey.values.contains { $0.count > 1 })
    for same in byKey.values { #expect(Set(same.map(\.body)).count == 1) }
  }

  @Test("a product that is gone must be answered with 404, one that is leaving may be, one for sale must not")
  func departedProducts() {
    let shop = Shop(products: [1, 2], categories: [])
    let shopper = Shopper(number: 0, name: "test", seed: 1, shop: shop)
    let found: Result<HTTPResponse, HTTPError> = .success(ObligingGateway.json(200, ["id": 2]))
    let missing: Result<HTTPResponse, HTTPError> = .success(ObligingGateway.problem(404, "not-found"))
    let before = shopper.viewProduct(2).promise
    #expect(Verdict(missing, against: before) == .unexpected("404 not-found"))
    shop.beginDeletion(of: 2)
    // The same call, answered after the deletion began.
    #expect(Verdict(missing, against: before) == .refused(.notFound))
    #expect(Verdict(found, against: before) == .kept(["id": 2]))
    shop.endDeletion(of: 2)
    let after = shopper.viewProduct(2).promise
    #expect(Verdict(missing, against: after) == .refused(.notFound))
    #expect(Verdict(found, against: after) == .unexpected("200 instead of a refusal"))
  }

  @Test("the administrator signs in, keeps an assortment, and does everything that administrators can do")
  func administrator() async {
    let shop = Shop(products: [1], categories: [])
    var administrator = Administrator(
      LoadSettings.Credentials(email: "admin@load.example", password: "secret"), name: "test", seed: 1, shop: shop)
    for id in 1...1000 {
      shop.add(shipment: Shop.Shipment(orderID: id, status: "PAID"))
      shop.add(review: id)
    }
    let made = await live(&administrator, 2000)
    #expect(made.first?.operation == .createSession)
    #expect(
      Set(made.map(\.operation)) == [
        .createSession, .createProduct, .updateProduct, .deleteProduct, .updateOrderStatus, .approveReview, .listUsers,
        .listLogs, .getAnalyticsSummary,
      ])
    let statuses = made.filter { $0.operation == .updateOrderStatus }.compactMap { $0.body?["status"]?.stringValue }
    #expect(Set(statuses) == ["PROCESSING", "SHIPPED", "DELIVERED"])
    #expect(shop.ownCount >= Administrator.assortment - 1)
  }
}
