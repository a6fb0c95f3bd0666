internal import JSON
internal import ServiceKit

extension OrderServiceAPI {
  func addPurchases(to router: inout Router) {
    router.get("/purchases/verify", operation: "verifyPurchase", verifyPurchase)
  }

  private func verifyPurchase(_ request: ServiceRequest) async throws -> ServiceResponse {
    let (userUID, productID, orderID) = try request.readQuery { query in
      (
        query.string("user_uid", length: 1...128),
        query.integer("product_id", in: 1...Int(Int32.max)),
        query.optionalInteger("order_id", in: 1...Int(Int32.max))
      )
    }
    try request.caller.requireAccess(to: userUID)
    let order = try await dependencies.orders.purchase(userUID: userUID, productID: productID, orderID: orderID)
    return .json(["verified": .bool(order != nil), "order_id": .optionalInteger(order)])
  }
}
