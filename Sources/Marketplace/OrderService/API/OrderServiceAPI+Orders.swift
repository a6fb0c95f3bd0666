internal import HTTP
internal import JSON
internal import ServiceKit

extension OrderServiceAPI {
  func addOrders(to router: inout Router) {
    router.post("/orders", operation: "createOrder", createOrder)
    router.get("/orders", operation: "listOrders", listOrders)
    router.get("/orders/{id}", operation: "getOrder", getOrder)
    router.patch("/orders/{id}/status", operation: "updateOrderStatus", updateOrderStatus)
    router.post("/orders/{id}/cancel", operation: "cancelOrder", cancelOrder)
  }

  private func createOrder(_ request: ServiceRequest) async throws -> ServiceResponse {
    let key = try IdempotencyKey.read(from: request)
    let order = try await request.decode { fields in
      OrderRequest(
        userUID: fields.string("user_uid", length: 1...128, rule: .notBlank),
        lines: fields.array("items", count: 1...50) { item in
          OrderRequest.Line(
            productID: item.integer("product_id", in: 1...Int(Int32.max)),
            quantity: item.integer("quantity", in: 1...OrderRequest.maximumQuantity))
        },
        paymentMethod: fields.optionalChoice("payment_method", PaymentMethod.self),
        shippingMethod: fields.change("shipping_method") { fields.choice($0, ShippingMethod.self) } ?? .standard)
    }
    try request.caller.requireAccess(to: order.userUID)
    if let line = order.lines.first(where: { $0.quantity > OrderRequest.maximumQuantity }) {
      throw OrderError.quantityTooLarge(productID: line.productID)
    }
    let result = try await placement.place(order, key: key)
    var response = ServiceResponse.created(result.order.json, location: "/orders/\(result.order.id)")
    response.headers.set(IdempotencyKey.replayHeader, result.isReplay ? "true" : "false")
    return response
  }

  private func listOrders(_ request: ServiceRequest) async throws -> ServiceResponse {
    let (filter, paging) = try request.readQuery { query in
      (
        OrderFilter(
          userUID: query.optionalString("user_uid", length: 1...128),
          status: query.optionalChoice("status", OrderStatus.self)),
        query.paging()
      )
    }
    let below = try paging.cursor.map(Self.position)
    if let userUID = filter.userUID {
      try request.caller.requireAccess(to: userUID)
    } else {
      // Everybody's orders are for services and administrators.
      try request.caller.requireAdmin()
    }
    let found = try await dependencies.orders.list(filter, below: below, limit: paging.limit + 1)
    let page = found.prefix(paging.limit)
    let next = found.count > paging.limit ? page.last.map { Cursor(.integer($0.id)) } : nil
    return .page(page.map(\.json), next: next)
  }

  private func getOrder(_ request: ServiceRequest) async throws -> ServiceResponse {
    .json(try await order(try request.pathID("id"), for: request.caller).json)
  }

  private func updateOrderStatus(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    let id = try request.pathID("id")
    let (status, trackingNumber) = try await request.decode { fields in
      let status = fields.choice("status", OrderStatus.self)
      let trackingNumber = fields.change("tracking_number") {
        fields.string($0, length: 1...100, rule: .notBlank)
      }
      if trackingNumber != nil, status != .shipped {
        fields.violation("tracking_number", "is only for the step to SHIPPED")
      }
      return (status, trackingNumber)
    }
    switch status {
    case .cancelled, .refunded: return try await close(id, as: status)
    case .pending, .paid, .processing, .shipped, .delivered:
      return .json(try await dependencies.orders.advance(id, to: status, trackingNumber: trackingNumber).json)
    }
  }

  private func cancelOrder(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    _ = try await order(id, for: request.caller)
    return try await close(id, as: .cancelled)
  }

  // The commit decides; giving the stock back follows at once, or later when product-service is away.
  private func close(_ id: Int, as status: OrderStatus) async throws -> ServiceResponse {
    let order =
      status == .cancelled
      ? try await dependencies.orders.cancel(id, through: dependencies.gateway)
      : try await dependencies.orders.refund(id, through: dependencies.gateway)
    await settlement.settle(id)
    return .json(order.json)
  }

  private static func position(_ cursor: Cursor) throws -> Int {
    guard cursor.fields.count == 1, let id = cursor.fields[0].intValue, (1...Int(Int32.max)).contains(id) else {
      throw Cursor.invalid
    }
    return id
  }
}
