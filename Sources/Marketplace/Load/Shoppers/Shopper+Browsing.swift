internal import JSON
private import ServiceKit

extension Shopper {
  mutating func listProducts() -> Step<Shopper> {
    var page = CataloguePage(limit: choices.one(of: [10, 20, 20, 50]))
    if choices.happens(percent: 40), !shop.categories.isEmpty { page.category = choices.one(of: shop.categories) }
    if choices.happens(percent: 20) { page.tag = choices.one(of: ["bestseller", "cookware", LoadProduct.tag]) }
    if choices.happens(percent: 20) { page.maximumPrice = Money("\(choices.number(10...200)).00") }
    if choices.happens(percent: 10) { page.isFeatured = true }
    if choices.happens(percent: 50) {
      page.sort = choices.one(of: ["price", "-price", "name", "-name", "created_at", "-created_at"])
    }
    return show(page)
  }

  mutating func searchProducts() -> Step<Shopper> { show(CataloguePage(text: choices.one(of: LoadProduct.words))) }

  mutating func turnPage() -> Step<Shopper> {
    let page = nextPage ?? CataloguePage()
    nextPage = nil
    return show(page)
  }

  private func show(_ page: CataloguePage) -> Step<Shopper> {
    Step(
      call: LoadCall(.listProducts, "GET", page.target),
      promise: .success(200, flaw: ContentChecks.page(limit: page.limit, page.flaw)),
      learn: { shopper, body in shopper.nextPage = page.following(body["next_cursor"]?.stringValue) })
  }

  func viewProduct(_ id: Int) -> Step<Shopper> {
    Step(
      call: LoadCall(.getProduct, "GET", "/api/products/\(id)"),
      promise: promise(about: id, .success(200, flaw: ContentChecks.members(["id": .integer(id)]))))
  }

  mutating func readReviews() -> Step<Shopper> {
    let id = shop.product(&choices)
    return Step(
      call: LoadCall(.listReviews, "GET", "/api/products/\(id)/reviews"),
      promise: promise(
        about: id,
        .success(
          200, flaw: ContentChecks.page(limit: 20, ContentChecks.members(["product_id": .integer(id)])))))
  }

  func listCategories() -> Step<Shopper> {
    Step(
      call: LoadCall(.listCategories, "GET", "/api/categories"),
      promise: .success(200, flaw: ContentChecks.page(limit: 20)))
  }

  func viewCategoryTree() -> Step<Shopper> {
    Step(
      call: LoadCall(.getCategoryTree, "GET", "/api/categories/tree"),
      promise: .success(200, flaw: ContentChecks.list()))
  }

  mutating func viewCategory() -> Step<Shopper> {
    guard !shop.categories.isEmpty else { return viewCategoryTree() }
    let id = choices.one(of: shop.categories)
    return Step(
      call: LoadCall(.getCategory, "GET", "/api/categories/\(id)"),
      promise: .success(200, flaw: ContentChecks.members(["id": .integer(id)])))
  }

  /// A promise about a product that the administrator may take away: 404 is right once its deletion began, and alone
  /// right when it was over before the call.
  func promise(about product: Int, _ promise: AnswerPromise) -> AnswerPromise {
    let shop = shop
    if shop.fate(of: product) == .gone { return AnswerPromise(status: nil) { $0 == .notFound } }
    return promise.unless { refusal in
      promise.allows(refusal) || (refusal == .notFound && shop.fate(of: product) != .forSale)
    }
  }
}
