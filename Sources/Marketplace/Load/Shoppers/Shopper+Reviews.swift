internal import JSON
private import ServiceKit

extension Shopper {
  /// What was bought and not reviewed yet, with the order it came with.
  var unreviewed: [(product: Int, order: Int)] {
    orders.filter(\.isPaid).flatMap { order in
      order.products.filter { !reviewed.contains($0) }.map { ($0, order.id) }
    }
  }

  /// Reviews something bought, and claims the purchase.
  mutating func review() -> Step<Shopper> {
    let (product, order) = choices.one(of: unreviewed)
    return writeReview(of: product, order: order)
  }

  /// Writes a review; the second one of a product is refused.
  mutating func writeReview(of product: Int, order: Int?) -> Step<Shopper> {
    let rating = choices.number(1...5)
    var body: JSONObject = [
      "user_uid": .string(uid), "rating": .integer(rating),
      "title": .string(choices.one(of: ["As described", "Nice", "Not for me", "Très bien", "👍"])),
    ]
    if let order {
      body["is_verified_purchase"] = true
      // The order may be named or left to be found.
      if choices.happens(percent: 70) { body["order_id"] = .integer(order) }
    }
    var promise = AnswerPromise.success(
      201,
      flaw: ContentChecks.members([
        "product_id": .integer(product), "user_uid": .string(uid), "rating": .integer(rating),
        "is_verified_purchase": .bool(order != nil), "is_approved": false,
      ]))
    if reviewed.contains(product) { promise = AnswerPromise(status: nil) { $0 == .alreadyReviewed } }
    return Step(
      call: LoadCall(
        .createReview, "POST", "/api/products/\(product)/reviews", token: token, body: .object(body)),
      promise: self.promise(about: product, promise),
      learn: { [shop] shopper, review in
        guard let id = review["id"]?.intValue else { return }
        shopper.reviewed.insert(product)
        shopper.reviews.append(id)
        shop.add(review: id)
      })
  }

  mutating func changeReview() -> Step<Shopper> {
    let id = choices.one(of: reviews)
    let rating = JSONValue.integer(choices.number(1...5))
    return Step(
      call: LoadCall(.updateReview, "PATCH", "/api/reviews/\(id)", token: token, body: ["rating": rating]),
      promise: .success(200, flaw: ContentChecks.members(["id": .integer(id), "rating": rating])))
  }
}
