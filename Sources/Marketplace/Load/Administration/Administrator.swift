internal import JSON
private import ServiceKit

/// The virtual administrator: keeps the shelves full, sends orders on their way, lets reviews through, and takes
/// products of this load out of the shop again.
struct Administrator: VirtualUser {
  private let credentials: LoadSettings.Credentials
  private let name: String
  private let shop: Shop
  private var choices: SeededChoices
  private var signedIn: Shopper.SignedIn?
  private var made = 0

  /// So many products of this load stay in the shop.
  static let assortment = 24

  init(_ credentials: LoadSettings.Credentials, name: String, seed: UInt64, shop: Shop) {
    self.credentials = credentials
    self.name = name
    self.shop = shop
    // A stream that no shopper has.
    choices = SeededChoices(seed: seed, stream: .max)
  }

  mutating func next(at now: Duration) -> Step<Administrator> {
    guard let signedIn, signedIn.until > now else { return signIn(at: now) }
    let possible = Task.allCases.filter(isPossible).map { (value: $0, weight: $0.weight) }
    return step(choices.weighted(possible) ?? .listUsers, signedIn.token)
  }

  mutating func loseTrack() { signedIn = nil }

  /// Makes one more product; only for somebody who is signed in.
  mutating func stockUp() -> Step<Administrator> { createProduct(signedIn?.token ?? "") }

  /// What the administrator may do next, with how often he does it.
  private enum Task: CaseIterable {
    case createProduct, changePrice, restock, advanceOrder, approveReview, deleteProduct, listUsers, readLogs, summarise

    var weight: Int {
      switch self {
      case .advanceOrder: 40
      case .restock: 25
      case .approveReview: 20
      case .changePrice: 12
      case .createProduct, .deleteProduct: 6
      case .listUsers: 3
      case .readLogs, .summarise: 1
      }
    }
  }

  private func isPossible(_ task: Task) -> Bool {
    switch task {
    case .createProduct: shop.ownCount < 4 * Self.assortment
    case .changePrice, .restock: shop.ownCount > 0
    case .deleteProduct: shop.ownCount > Self.assortment
    case .advanceOrder: shop.hasShipments
    case .approveReview: shop.hasReviews
    case .listUsers, .readLogs, .summarise: true
    }
  }

  private mutating func step(_ task: Task, _ token: String) -> Step<Administrator> {
    switch task {
    case .createProduct: createProduct(token)
    case .changePrice: changePrice(token)
    case .restock: restock(token)
    case .advanceOrder: advanceOrder(token)
    case .approveReview: approveReview(token)
    case .deleteProduct: deleteProduct(token)
    case .listUsers: read(.listUsers, "/api/users?limit=50", token)
    case .readLogs: read(.listLogs, "/api/logs?limit=50", token)
    case .summarise:
      Step(
        call: LoadCall(.getAnalyticsSummary, "GET", "/api/analytics/summary", token: token), promise: .success(200))
    }
  }

  private func signIn(at now: Duration) -> Step<Administrator> {
    Step(
      call: LoadCall(
        .createSession, "POST", "/api/sessions",
        body: ["email": .string(credentials.email), "password": .string(credentials.password)]),
      promise: .success(201),
      learn: { administrator, body in administrator.signedIn = Shopper.SignedIn(body, at: now) })
  }

  private mutating func createProduct(_ token: String) -> Step<Administrator> {
    made += 1
    let body = LoadProduct.body(name: name, number: made, categories: shop.categories, &choices)
    return Step(
      call: LoadCall(.createProduct, "POST", "/api/products", token: token, body: body),
      promise: .success(
        201, flaw: ContentChecks.members(["sku": body["sku"] ?? .null, "stock": body["stock"] ?? .null])),
      learn: { [shop] _, product in
        if let id = product["id"]?.intValue { shop.add(product: id) }
      })
  }

  private mutating func changePrice(_ token: String) -> Step<Administrator> {
    update("price", (Money(minorUnits: Int64(choices.number(1_00...299_99))) ?? .zero).json, token)
  }

  private mutating func restock(_ token: String) -> Step<Administrator> {
    update("stock", .integer(choices.number(200...2000)), token)
  }

  private mutating func update(_ field: String, _ value: JSONValue, _ token: String) -> Step<Administrator> {
    let id = shop.ownProduct(&choices) ?? 0
    return Step(
      call: LoadCall(
        .updateProduct, "PATCH", "/api/products/\(id)", token: token, body: .object([field: value])),
      promise: .success(200) { $0[field] == value ? nil : "\(field) is not what was set" })
  }

  /// The next step of an order; its buyer may have given it up meanwhile.
  private mutating func advanceOrder(_ token: String) -> Step<Administrator> {
    guard let shipment = shop.takeShipment(&choices) else { return read(.listUsers, "/api/users?limit=50", token) }
    let next = ["PAID": "PROCESSING", "PROCESSING": "SHIPPED"][shipment.status] ?? "DELIVERED"
    var body: JSONObject = ["status": .string(next)]
    if next == "SHIPPED" { body["tracking_number"] = .string("TRACK-\(shipment.orderID)") }
    return Step(
      call: LoadCall(
        .updateOrderStatus, "PATCH", "/api/orders/\(shipment.orderID)/status", token: token, body: .object(body)),
      promise: .success(
        200, flaw: ContentChecks.members(["id": .integer(shipment.orderID), "status": .string(next)])
      ).unless { $0 == .illegalStep },
      learn: { [shop] _, _ in
        if next != "DELIVERED" { shop.add(shipment: Shop.Shipment(orderID: shipment.orderID, status: next)) }
      })
  }

  private mutating func approveReview(_ token: String) -> Step<Administrator> {
    guard let id = shop.takeReview(&choices) else { return read(.listUsers, "/api/users?limit=50", token) }
    return Step(
      call: LoadCall(.approveReview, "POST", "/api/reviews/\(id)/approve", token: token),
      promise: .success(200, flaw: ContentChecks.members(["id": .integer(id), "is_approved": true])))
  }

  private mutating func deleteProduct(_ token: String) -> Step<Administrator> {
    let id = shop.ownProduct(&choices) ?? 0
    shop.beginDeletion(of: id)
    return Step(
      call: LoadCall(.deleteProduct, "DELETE", "/api/products/\(id)", token: token), promise: .success(204),
      learn: { [shop] _, _ in shop.endDeletion(of: id) })
  }

  private func read(_ operation: LoadOperation, _ target: String, _ token: String) -> Step<Administrator> {
    Step(
      call: LoadCall(operation, "GET", target, token: token),
      promise: .success(200) { body in
        (body["items"]?.arrayValue?.count ?? .max) <= 50 ? nil : "it is no page of at most 50"
      })
  }
}
