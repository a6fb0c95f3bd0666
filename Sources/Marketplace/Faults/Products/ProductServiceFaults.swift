internal import HTTP
internal import JSON
package import ProductService
internal import ServiceKit

extension ProductServiceParts: Breakable {
  /// The name of the service.
  package static let service = ProductServiceComposition.name

  /// What can be wrong with product-service.
  package static let faults: [Fault<ProductServiceParts>] = answerFaults + accessFaults + catalogueFaults + dataFaults

  private static let answerFaults: [Fault<ProductServiceParts>] = [
    Fault(
      "price-as-number", "A price is a JSON number, a float to whoever reads it.",
      answers: AlteredAnswer(of: "listProducts", objectsWith: "price") { $0.turnIntoNumber("price") }),
    Fault(
      "missing-slug", "A product has no slug.",
      answers: AlteredAnswer(of: "getProduct", "createProduct", objectsWith: "slug") { $0["slug"] = nil }),
    Fault(
      "html-content-type", "A category is announced as text/html.",
      answers: AlteredAnswer(of: "getCategory", status: 200) { $0.headers.set("Content-Type", "text/html") }),
    Fault(
      "location-of-nothing", "The Location of a new product leads nowhere.",
      answers: AlteredAnswer(of: "createProduct", status: 201) { $0.headers.set("Location", "/products/0") }),
    Fault(
      "no-request-id", "Answers do not carry X-Request-ID.",
      answers: AlteredAnswer(where: { _, _ in true }) { $0.headers.remove("X-Request-ID") }),
    Fault(
      "slow-drip", "The list of categories arrives a byte at a time.",
      answers: AlteredAnswer(of: "listCategories", status: 200) {
        $0.pacing = Pacing(bytes: 1, pause: .milliseconds(500))
      }),
  ]

  private static let accessFaults: [Fault<ProductServiceParts>] = [
    Fault(
      "anybody-approves", "Anybody may approve reviews.", around: UncheckedCaller(of: "approveReview")),
    Fault(
      "anybody-edits-reviews", "Anybody may change and delete anybody's reviews.",
      around: UncheckedCaller(of: "updateReview", "deleteReview")),
    Fault(
      "skip-author-check", "Somebody who does not exist can write reviews.", caughtBy: .both
    ) { $0.dependencies.users = EverybodyIsAUser() },
    Fault(
      "skip-purchase-check", "A review claims a purchase that nobody made.", caughtBy: .both
    ) { $0.dependencies.purchases = BelievesEverything() },
  ]

  private static let catalogueFaults: [Fault<ProductServiceParts>] = [
    Fault("page-repeats-a-product", "A page of products begins with the last of the page before.", caughtBy: .contracts)
    {
      $0.dependencies.products = RepeatsLastOfPage(sound: $0.dependencies.products)
    },
    Fault("search-breaks-on-percent", "A search for text with a percent sign answers 500.", caughtBy: .contracts) {
      $0.dependencies.products = BreaksOnPercent(sound: $0.dependencies.products)
    },
    Fault("deleted-products-stay", "A deleted product is still there.", caughtBy: .contracts) {
      $0.dependencies.products = KeepsDeleted(sound: $0.dependencies.products)
    },
    Fault("stale-products", "A product is shown as it was when it was first looked at.", caughtBy: .contracts) {
      $0.dependencies.products = RemembersForever(sound: $0.dependencies.products)
    },
    Fault("price-through-float", "A price is cut to cents as a float: 19.99 becomes 19.98.", caughtBy: .contracts) {
      $0.dependencies.products = PricesThroughFloat(sound: $0.dependencies.products)
    },
    Fault("lost-updates", "A change overwrites one that its client has not seen.", caughtBy: .contracts) {
      $0.dependencies.products = IgnoresVersions(sound: $0.dependencies.products)
    },
    Fault("category-cycles", "A category can be put below itself.", caughtBy: .contracts) {
      $0.dependencies.categories = AllowsCycles(sound: $0.dependencies.categories, database: $0.database)
    },
    Fault("unapproved-reviews-shown", "Reviews are shown before they are approved.", caughtBy: .contracts) {
      $0.dependencies.reviews = ShowsUnapproved(sound: $0.dependencies.reviews)
    },
    Fault(
      "hard-deletes-products", "Deleting a product removes its row, and orders contain what never was.",
      caughtBy: .audit
    ) { $0.dependencies.products = DeletesRows(sound: $0.dependencies.products, database: $0.database) },
    Fault("truncated-authors", "A review names its author by the first 20 characters of the uid.", caughtBy: .both) {
      $0.dependencies.reviews = TruncatesAuthors(sound: $0.dependencies.reviews)
    },
  ]

  private static let dataFaults: [Fault<ProductServiceParts>] = [
    Fault("forgets-stock-keys", "A repeated stock call takes the units again.", caughtBy: .contracts) {
      $0.dependencies.stock = ForgetsKeys(sound: $0.dependencies.stock)
    },
    Fault("oversells", "More units are sold than there are, and stock becomes negative.", caughtBy: .both) {
      $0.dependencies.stock = Oversells(sound: $0.dependencies.stock, database: $0.database)
    },
    Fault("decrements-twice", "Stock falls by twice the units that were taken.", caughtBy: .both) {
      $0.dependencies.stock = DecrementsTwice(sound: $0.dependencies.stock, database: $0.database)
    },
    Fault("restores-nothing", "Units that are given back never arrive, although the answer says so.", caughtBy: .both) {
      $0.dependencies.stock = RestoresNothing(sound: $0.dependencies.stock)
    },
  ]
}
