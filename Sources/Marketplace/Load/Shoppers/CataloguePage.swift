internal import HTTP
internal import JSON
internal import ServiceKit

/// One page of the product list: what is asked for, and what every item on it must therefore be.
struct CataloguePage: Sendable, Hashable {
  var category: Int?
  var tag: String?
  var maximumPrice: Money?
  var isFeatured = false
  var text: String?
  var sort: String?
  var limit = 20
  var cursor: String?

  /// Path and query.
  var target: String {
    URLBuilder("/api/products")
      .appending(query: "category_id", category.map { "\($0)" }).appending(query: "tag", tag)
      .appending(query: "max_price", maximumPrice?.description)
      .appending(query: "featured", isFeatured ? "true" : nil).appending(query: "q", text)
      .appending(query: "sort", sort).appending(query: "limit", "\(limit)").appending(query: "cursor", cursor).url
  }

  /// What is wrong with an item of the page.
  func flaw(of item: JSONValue) -> String? {
    let id = item["id"]?.description ?? "?"
    if let category, item["category_id"]?.intValue != category { return "product \(id) is in another category" }
    if let tag, item["tags"]?.arrayValue?.contains(.string(tag)) != true { return "product \(id) has not the tag" }
    if isFeatured, item["is_featured"] != true { return "product \(id) is not featured" }
    if let maximumPrice, item["price"]?.stringValue.flatMap({ Money($0) }).map({ $0 <= maximumPrice }) != true {
      return "product \(id) costs more than asked for"
    }
    return nil
  }

  /// The page behind this one.
  func following(_ cursor: String?) -> CataloguePage? {
    cursor.map {
      var page = self
      page.cursor = $0
      return page
    }
  }
}
