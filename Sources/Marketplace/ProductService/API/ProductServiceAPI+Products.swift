internal import HTTP
internal import ServiceKit

extension ProductServiceAPI {
  func addProducts(to router: inout Router) {
    router.get("/products", operation: "listProducts", listProducts)
    router.post("/products", operation: "createProduct", createProduct)
    router.get("/products/{id}", operation: "getProduct", getProduct)
    router.patch("/products/{id}", operation: "updateProduct", updateProduct)
    router.delete("/products/{id}", operation: "deleteProduct", deleteProduct)
  }

  private func listProducts(_ request: ServiceRequest) async throws -> ServiceResponse {
    let (filter, sort, paging) = try request.readQuery { query in
      let filter = ProductFilter(
        categoryID: query.optionalInteger("category_id", in: 1...Int(Int32.max)),
        status: query.optionalChoice("status", CatalogueStatus.self),
        tag: query.optionalString("tag", length: 1...50),
        minimumPrice: query.optionalMoney("min_price"),
        maximumPrice: query.optionalMoney("max_price"),
        isFeatured: query.optionalBoolean("featured"),
        text: query.optionalString("q", length: 1...200))
      if let minimum = filter.minimumPrice, let maximum = filter.maximumPrice, minimum > maximum {
        query.violation("min_price", "must not be above max_price")
      }
      return (filter, query.optionalChoice("sort", ProductSort.self) ?? .newest, query.paging())
    }
    let position = try paging.cursor.map { try ProductPosition($0, sort: sort) }
    let found = try await dependencies.products.list(filter, sort: sort, after: position, limit: paging.limit + 1)
    let page = found.prefix(paging.limit)
    let next = found.count > paging.limit ? page.last.map { ProductPosition(after: $0, sort: sort).cursor } : nil
    return .page(page.map(\.json), next: next)
  }

  private func createProduct(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    let draft = try await request.decode { fields in
      let name = fields.string("name", rule: .notBlank)
      let sku = fields.string("sku", length: 1...100, rule: .sku)
      let slug = fields.optionalString("slug", length: 1...Slug.maximumLength, rule: .slug)
      return ProductDraft(
        name: name,
        description: fields.optionalString("description", length: 0...10_000),
        price: fields.money("price"),
        stock: fields.change("stock") { fields.integer($0, in: Self.stocks) } ?? 0,
        categoryID: fields.optionalInteger("category_id", in: 1...Int(Int32.max)),
        sku: sku,
        imageURL: fields.optionalString("image_url", length: 1...2048, rule: .httpURL),
        status: fields.change("status") { fields.choice($0, CatalogueStatus.self) } ?? .active,
        tags: Self.tags(fields) ?? [],
        slugs: slug.map { [$0] } ?? Slug.candidates(name: name, sku: sku),
        isFeatured: fields.change("is_featured") { fields.boolean($0) } ?? false,
        costPrice: fields.optionalMoney("cost_price"))
    }
    let product = try await dependencies.products.create(draft)
    return Self.answer(.created(product.json, location: "/products/\(product.id)"), product)
  }

  private func getProduct(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    guard let product = try await dependencies.products.find(id) else { throw CatalogueError.unknownProduct(id: id) }
    return Self.answer(.json(product.json), product)
  }

  private func updateProduct(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    let id = try request.pathID("id")
    let condition = try VersionCondition.read(from: request)
    let changes = try await request.decode { fields in
      fields.requireAnyField()
      return ProductChanges(
        name: fields.change("name") { fields.string($0, rule: .notBlank) },
        description: fields.patch("description") { fields.string($0, length: 0...10_000) },
        price: fields.change("price") { fields.money($0) },
        stock: fields.change("stock") { fields.integer($0, in: Self.stocks) },
        categoryID: fields.patch("category_id") { fields.integer($0, in: 1...Int(Int32.max)) },
        sku: fields.change("sku") { fields.string($0, length: 1...100, rule: .sku) },
        imageURL: fields.patch("image_url") { fields.string($0, length: 1...2048, rule: .httpURL) },
        status: fields.change("status") { fields.choice($0, CatalogueStatus.self) },
        tags: Self.tags(fields),
        slug: fields.change("slug") { fields.string($0, length: 1...Slug.maximumLength, rule: .slug) },
        isFeatured: fields.change("is_featured") { fields.boolean($0) },
        costPrice: fields.patch("cost_price") { fields.money($0) })
    }
    let product = try await dependencies.products.update(id, changes, if: condition)
    return Self.answer(.json(product.json), product)
  }

  private func deleteProduct(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    try await dependencies.products.delete(try request.pathID("id"))
    return .noContent
  }

  private static func answer(_ response: ServiceResponse, _ product: Product) -> ServiceResponse {
    var response = response
    response.headers.set(EntityTag.header, product.version.text)
    return response
  }

  private static func tags(_ fields: ObjectReader) -> [String]? {
    let tags = fields.change("tags") { fields.strings($0, count: 0...20, length: 1...50, rule: .notBlank) }
    if let tags, Set(tags.map(ExactText.init)).count < tags.count { fields.violation("tags", "must not repeat a tag") }
    return tags
  }

  private static var stocks: ClosedRange<Int> { 0...maximumStock }
}

extension StringRule {
  /// A stock keeping unit: a letter or digit, then letters, digits, dots, hyphens and underscores.
  ///
  /// `^[A-Za-z0-9][A-Za-z0-9._-]*$`
  static let sku = StringRule("be letters and digits, with . _ - between them") { text in
    func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
      default: false
      }
    }
    guard let first = text.utf8.first, isPlain(first) else { return false }
    return text.utf8.allSatisfy {
      isPlain($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
  }
}
