package import ServiceKit

/// The operations of product-service, as its OpenAPI document lists them.
package struct ProductServiceAPI: Sendable {
  let dependencies: ProductServiceDependencies

  /// Serves these dependencies.
  package init(_ dependencies: ProductServiceDependencies) {
    self.dependencies = dependencies
  }

  /// The routes; `/health` and `/ready` are added by the host.
  package func router() -> Router {
    var router = Router()
    router.use(CatalogueErrors())
    addCategories(to: &router)
    addProducts(to: &router)
    addStock(to: &router)
    addReviews(to: &router)
    return router
  }
}
