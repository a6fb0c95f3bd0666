internal import HTTP
internal import JSON
private import ServiceKit

/// What is done before a load begins, and not measured: the catalogue is read, the administrator fills the shelves.
struct Opening: Sendable {
  let settings: LoadSettings
  let line: GatewayLine

  func openShop() async throws -> (Shop, Administrator?) {
    let categories = try await read(LoadCall(.listCategories, "GET", "/api/categories?limit=100"))
    let shop = Shop(products: try await catalogue(), categories: Self.ids(categories))
    let administrator = try await administrator(of: shop)
    guard shop.hasProducts else { throw LoadError.nothingForSale }
    return (shop, administrator)
  }

  /// What is for sale, at most a thousand.
  private func catalogue() async throws -> [Int] {
    var products: [Int] = []
    var cursor: String?
    for _ in 0..<10 {
      let target = URLBuilder("/api/products").appending(query: "status", "active").appending(query: "limit", "100")
        .appending(query: "cursor", cursor).url
      let page = try await read(LoadCall(.listProducts, "GET", target))
      products += Self.ids(page)
      cursor = page["next_cursor"]?.stringValue
      if cursor == nil { break }
    }
    return products
  }

  private func administrator(of shop: Shop) async throws -> Administrator? {
    guard let credentials = settings.administrator else { return nil }
    var administrator = Administrator(credentials, name: settings.name, seed: settings.seed, shop: shop)
    // The sign-in comes first by itself.
    try await perform(administrator.next(at: line.clock.now()), &administrator)
    while shop.ownCount < Administrator.assortment {
      try await perform(administrator.stockUp(), &administrator)
    }
    return administrator
  }

  private func perform(_ step: Step<Administrator>, _ administrator: inout Administrator) async throws {
    let (outcome, id) = await line.send(step.call)
    let verdict = Verdict(outcome, against: step.promise)
    guard case .kept(let body) = verdict else { throw LoadError.refused(step.call.operation, "\(verdict)", id) }
    step.learn(&administrator, body)
  }

  private func read(_ call: LoadCall) async throws -> JSONValue {
    let (outcome, id) = await line.send(call)
    let verdict = Verdict(outcome, against: .success(200, flaw: ContentChecks.page(limit: 100)))
    guard case .kept(let body) = verdict else { throw LoadError.refused(call.operation, "\(verdict)", id) }
    return body
  }

  private static func ids(_ page: JSONValue) -> [Int] {
    (page["items"]?.arrayValue ?? []).compactMap { $0["id"]?.intValue }
  }
}

/// Why a load cannot begin.
package enum LoadError: Error, Sendable, Hashable {
  /// The catalogue is empty.
  case nothingForSale
  /// A call that has to come first was not answered as it should be.
  case refused(LoadOperation, String, String)
}

extension LoadError: CustomStringConvertible {
  /// What happened, in one sentence.
  package var description: String {
    switch self {
    case .nothingForSale: "Nothing is for sale; name an administrator, who makes products."
    case .refused(let operation, let answer, let id):
      "The load cannot begin: \(operation.rawValue) gave \(answer) (request \(id))."
    }
  }
}
