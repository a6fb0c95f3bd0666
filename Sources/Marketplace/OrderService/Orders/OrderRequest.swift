internal import ServiceKit

/// What a caller sends to order.
package struct OrderRequest: Sendable, Hashable {
  /// One product and how many of it.
  package struct Line: Sendable, Hashable {
    /// The product (product-service).
    package let productID: Int
    /// How many units, 1 or more.
    package let quantity: Int

    /// Puts a line together.
    package init(productID: Int, quantity: Int) {
      self.productID = productID
      self.quantity = quantity
    }
  }

  /// The most units of one product in an order.
  package static let maximumQuantity = 1000

  /// The buyer.
  package let userUID: String
  /// One line per product, by product id.
  package let lines: [Line]
  /// How the buyer means to pay, if said.
  package let paymentMethod: PaymentMethod?
  /// How the goods travel.
  package let shippingMethod: ShippingMethod

  /// Puts a request together; lines of the same product become one.
  ///
  /// Sorting by product makes every order touch products in the same sequence.
  package init(
    userUID: String, lines: [Line], paymentMethod: PaymentMethod? = nil, shippingMethod: ShippingMethod = .standard
  ) {
    self.userUID = userUID
    self.paymentMethod = paymentMethod
    self.shippingMethod = shippingMethod
    var quantities: [Int: Int] = [:]
    for line in lines { quantities[line.productID, default: 0] += line.quantity }
    self.lines = quantities.sorted { $0.key < $1.key }.map { Line(productID: $0.key, quantity: $0.value) }
  }

  /// What makes two requests with one idempotency key the same request.
  package var fingerprint: String {
    let items = lines.map { "\($0.productID)x\($0.quantity)" }.joined(separator: ",")
    return "items=\(items) payment=\(paymentMethod?.rawValue ?? "-") shipping=\(shippingMethod.rawValue)"
  }
}
