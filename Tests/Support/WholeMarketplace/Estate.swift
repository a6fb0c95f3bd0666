internal import JSON
internal import ServiceKit
internal import ServiceTesting

/// What one user owns, and what stands beside it: everything that an operation can be about.
package struct Estate: Sendable {
  /// The owner.
  package let owner: Person
  /// A text that is in all free-text fields, and nowhere else.
  package let marker: String
  /// A category.
  package let category: Int
  /// A product in that category.
  package let product: Int
  /// A product that the owner has not reviewed.
  package let unreviewed: Int
  /// An order of the owner that waits for its payment.
  package let openOrder: Int
  /// What has to be paid for it.
  package let amountDue: String
  /// An order of the owner that is paid.
  package let paidOrder: Int
  /// Its payment.
  package let payment: Int
  /// The owner's review of the product.
  package let review: Int

  /// What nobody else may get to see.
  package var secrets: [String] { [owner.uid, owner.email, owner.session, owner.password, owner.token, marker] }
}

extension WholeMarketplace {
  /// Makes a user with everything a user can have.
  package func estate() async throws -> Estate {
    let marker = "mark\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    let owner = try await person(marker)
    let category = try await made("/categories", ["name": .string(marker), "slug": .string(marker)], .products)
    func goods() async throws -> Int {
      try await made(
        "/products",
        [
          "name": .string(marker), "price": "10.00", "sku": .string("\(marker)-\(UInt32.random(in: 0...UInt32.max))"),
          "stock": 100, "category_id": .integer(category),
        ], .products)
    }
    let (product, unreviewed) = (try await goods(), try await goods())
    let open = try await order([(product, 1)], for: owner.uid)
    let paid = try await order([(product, 2)], for: owner.uid)
    guard let openOrder = open.body["id"]?.intValue, let due = open.body["total_amount"]?.stringValue,
      let paidOrder = paid.body["id"]?.intValue
    else { throw Unexpected(open.status == 201 ? paid : open) }
    let payment = try await made(
      "/orders/\(paidOrder)/payments", ["amount": paid.body["total_amount"] ?? .null], .orders)
    let review = try await made(
      "/products/\(product)/reviews",
      ["user_uid": .string(owner.uid), "rating": 5, "title": .string(marker), "comment": .string(marker)], .products)
    return Estate(
      owner: owner, marker: marker, category: category, product: product, unreviewed: unreviewed, openOrder: openOrder,
      amountDue: due, paidOrder: paidOrder, payment: payment, review: review)
  }

  private func made(_ target: String, _ body: JSONValue, _ service: Service) async throws -> Int {
    let answer = try await call("POST", target, body, to: service)
    guard answer.status == 201, let id = answer.body["id"]?.intValue else { throw Unexpected(answer) }
    return id
  }
}
