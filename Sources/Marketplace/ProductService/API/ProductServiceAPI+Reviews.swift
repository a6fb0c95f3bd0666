internal import JSON
internal import ServiceKit

extension ProductServiceAPI {
  func addReviews(to router: inout Router) {
    router.get("/products/{id}/reviews", operation: "listReviews", listReviews)
    router.post("/products/{id}/reviews", operation: "createReview", createReview)
    router.get("/reviews/{id}", operation: "getReview", getReview)
    router.patch("/reviews/{id}", operation: "updateReview", updateReview)
    router.delete("/reviews/{id}", operation: "deleteReview", deleteReview)
    router.post("/reviews/{id}/approve", operation: "approveReview", approveReview)
  }

  private func listReviews(_ request: ServiceRequest) async throws -> ServiceResponse {
    let productID = try request.pathID("id")
    let (visibility, rating, paging) = try request.readQuery { query in
      (
        query.optionalChoice("approved", ReviewVisibility.self) ?? .approved,
        query.optionalInteger("rating", in: 1...5),
        query.paging()
      )
    }
    let below = try paging.cursor.map(Self.reviewPosition)
    guard try await dependencies.products.find(productID) != nil else {
      throw CatalogueError.unknownProduct(id: productID)
    }
    let filter = ReviewFilter(isApproved: visibility.isApproved, rating: rating)
    let found = try await dependencies.reviews.list(productID: productID, filter, below: below, limit: paging.limit + 1)
    let page = found.prefix(paging.limit)
    let next = found.count > paging.limit ? page.last.map { Cursor(.integer($0.id)) } : nil
    return .page(page.map(\.json), next: next)
  }

  private func createReview(_ request: ServiceRequest) async throws -> ServiceResponse {
    let productID = try request.pathID("id")
    let draft = try await request.decode { fields in
      ReviewDraft(
        userUID: fields.string("user_uid", length: 1...128, rule: .notBlank),
        rating: fields.integer("rating", in: 1...5),
        title: fields.optionalString("title", length: 1...255),
        comment: fields.optionalString("comment", length: 1...5000),
        orderID: fields.optionalInteger("order_id", in: 1...Int(Int32.max)),
        claimsPurchase: fields.change("is_verified_purchase") { fields.boolean($0) } ?? false)
    }
    try request.caller.requireAccess(to: draft.userUID)
    guard try await dependencies.products.find(productID) != nil else {
      throw CatalogueError.unknownProduct(id: productID)
    }
    guard try await dependencies.users.isActiveUser(draft.userUID) else {
      throw CatalogueError.unknownUser(uid: draft.userUID)
    }
    // The unique index decides; this look only spares a neighbour the question.
    guard try await dependencies.reviews.find(productID: productID, userUID: draft.userUID) == nil else {
      throw CatalogueError.alreadyReviewed(userUID: draft.userUID, productID: productID)
    }
    let review = try await dependencies.reviews.create(
      productID: productID, draft, verifiedOrderID: try await verifiedOrder(draft, productID: productID))
    return .created(review.json, location: "/reviews/\(review.id)")
  }

  // The order that stands behind a claimed purchase; a claim that order-service does not confirm is refused whole.
  private func verifiedOrder(_ draft: ReviewDraft, productID: Int) async throws -> Int? {
    guard draft.makesClaim else { return nil }
    let verdict = try await dependencies.purchases.verify(
      userUID: draft.userUID, productID: productID, orderID: draft.orderID)
    guard case .verified(let orderID) = verdict else {
      throw CatalogueError.purchaseNotVerified(orderID: draft.orderID)
    }
    return orderID
  }

  private func getReview(_ request: ServiceRequest) async throws -> ServiceResponse {
    .json(try await review(try request.pathID("id")).json)
  }

  private func updateReview(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    let changes = try await request.decode { fields in
      fields.requireAnyField()
      return ReviewChanges(
        rating: fields.change("rating") { fields.integer($0, in: 1...5) },
        title: fields.patch("title") { fields.string($0, length: 1...255) },
        comment: fields.patch("comment") { fields.string($0, length: 1...5000) })
    }
    try request.caller.requireAccess(to: try await review(id).userUID)
    return .json(try await dependencies.reviews.update(id, changes).json)
  }

  private func deleteReview(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    try request.caller.requireAccess(to: try await review(id).userUID)
    try await dependencies.reviews.delete(id)
    return .noContent
  }

  private func approveReview(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    return .json(try await dependencies.reviews.approve(try request.pathID("id")).json)
  }

  private func review(_ id: Int) async throws -> Review {
    guard let review = try await dependencies.reviews.find(id) else { throw CatalogueError.unknownReview(id: id) }
    return review
  }

  private static func reviewPosition(_ cursor: Cursor) throws -> Int {
    guard cursor.fields.count == 1, let id = cursor.fields[0].intValue, (1...Int(Int32.max)).contains(id) else {
      throw Cursor.invalid
    }
    return id
  }
}
