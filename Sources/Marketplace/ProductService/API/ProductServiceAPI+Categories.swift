internal import JSON
internal import ServiceKit

extension ProductServiceAPI {
  func addCategories(to router: inout Router) {
    router.get("/categories", operation: "listCategories", listCategories)
    router.post("/categories", operation: "createCategory", createCategory)
    router.get("/categories/tree", operation: "getCategoryTree", getCategoryTree)
    router.get("/categories/{id}", operation: "getCategory", getCategory)
    router.patch("/categories/{id}", operation: "updateCategory", updateCategory)
    router.delete("/categories/{id}", operation: "deleteCategory", deleteCategory)
  }

  private func listCategories(_ request: ServiceRequest) async throws -> ServiceResponse {
    let (status, parentID, paging) = try request.readQuery { query in
      (
        query.optionalChoice("status", CatalogueStatus.self),
        query.optionalInteger("parent_id", in: 1...Int(Int32.max)),
        query.paging()
      )
    }
    let position = try paging.cursor.map(CategoryPosition.init)
    let found = try await dependencies.categories.list(
      status: status, parentID: parentID, after: position, limit: paging.limit + 1)
    let page = found.prefix(paging.limit)
    let next = found.count > paging.limit ? page.last.map { CategoryPosition(after: $0).cursor } : nil
    return .page(page.map { .object($0.json) }, next: next)
  }

  private func getCategoryTree(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.readQuery { _ in }
    return .json(["items": .array(CategoryTree(try await dependencies.categories.all()).json)])
  }

  private func createCategory(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    let draft = try await request.decode { fields in
      let name = fields.string("name", rule: .notBlank)
      let slug = fields.optionalString("slug", length: 1...Slug.maximumLength, rule: .slug) ?? Slug.derived(from: name)
      if slug.isEmpty, !fields.isPresent("slug") {
        fields.violation("slug", "is needed, because none can be made of this name")
      }
      return CategoryDraft(
        name: name,
        description: fields.optionalString("description", length: 0...10_000),
        status: fields.change("status") { fields.choice($0, CatalogueStatus.self) } ?? .active,
        sortOrder: fields.change("sort_order") { fields.integer($0, in: Self.sortOrders) } ?? 0,
        parentID: fields.optionalInteger("parent_id", in: 1...Int(Int32.max)),
        slug: slug,
        imageURL: fields.optionalString("image_url", length: 1...2048, rule: .httpURL))
    }
    let category = try await dependencies.categories.create(draft)
    return .created(.object(category.json), location: "/categories/\(category.id)")
  }

  private func getCategory(_ request: ServiceRequest) async throws -> ServiceResponse {
    let id = try request.pathID("id")
    guard let category = try await dependencies.categories.find(id) else {
      throw CatalogueError.unknownCategory(id: id)
    }
    return .json(.object(category.json))
  }

  private func updateCategory(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    let id = try request.pathID("id")
    let changes = try await request.decode { fields in
      fields.requireAnyField()
      return CategoryChanges(
        name: fields.change("name") { fields.string($0, rule: .notBlank) },
        description: fields.patch("description") { fields.string($0, length: 0...10_000) },
        status: fields.change("status") { fields.choice($0, CatalogueStatus.self) },
        sortOrder: fields.change("sort_order") { fields.integer($0, in: Self.sortOrders) },
        parentID: fields.patch("parent_id") { fields.integer($0, in: 1...Int(Int32.max)) },
        slug: fields.change("slug") { fields.string($0, length: 1...Slug.maximumLength, rule: .slug) },
        imageURL: fields.patch("image_url") { fields.string($0, length: 1...2048, rule: .httpURL) })
    }
    return .json(.object(try await dependencies.categories.update(id, changes).json))
  }

  private func deleteCategory(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    try await dependencies.categories.delete(try request.pathID("id"))
    return .noContent
  }

  private static var sortOrders: ClosedRange<Int> { -1_000_000...1_000_000 }
}
