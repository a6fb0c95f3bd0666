internal import JSON

/// A virtual shopper: a stranger at first, then somebody with an account, orders and opinions, and one day gone.
///
/// After a deleted account, or an answer that leaves open what happened, the next life begins as a stranger.
struct Shopper: VirtualUser {
  /// Who somebody is, once registered.
  struct Account: Sendable, Hashable {
    let uid: String
    let email: String
    let password: String
  }

  /// What a sign-in gave.
  struct SignedIn: Sendable, Hashable {
    let token: String
    let session: String
    /// When a new token is needed.
    let until: Duration
  }

  /// An order as its buyer remembers it.
  struct PlacedOrder: Sendable, Hashable {
    let id: Int
    let total: String
    let products: [Int]
    /// The completed payment; nil while the order is unpaid.
    var paymentID: Int?

    var isPaid: Bool { paymentID != nil }
  }

  /// A request for an order that was granted, to be repeated as it was.
  struct OrderRequest: Sendable, Hashable {
    let key: String
    let body: JSONValue
    let orderID: Int
  }

  let number: Int
  let name: String
  let shop: Shop
  var choices: SeededChoices

  private(set) var life = 0
  var account: Account?
  var signedIn: SignedIn?
  /// The last few orders that stand.
  var orders: [PlacedOrder] = []
  /// The last order request that was granted.
  var lastRequest: OrderRequest?
  /// Products that this user reviewed.
  var reviewed: Set<Int> = []
  /// Reviews by this user.
  var reviews: [Int] = []
  /// Where a list goes on.
  var nextPage: CataloguePage?
  private var keys = 0

  /// A stranger; equal numbers under equal seeds and names make equal choices.
  init(number: Int, name: String, seed: UInt64, shop: Shop) {
    self.number = number
    self.name = name
    self.shop = shop
    choices = SeededChoices(seed: seed, stream: UInt64(number))
  }

  mutating func next(at now: Duration) -> Step<Shopper> {
    var possible: [(value: ShopperActivity, weight: Int)] = []
    for activity in ShopperActivity.allCases where isPossible(activity, at: now) {
      possible.append((activity, activity.weight))
    }
    // Looking at a product is always possible.
    return step(choices.weighted(possible) ?? .viewProduct, at: now)
  }

  mutating func loseTrack() { beginNextLife() }

  /// Becomes a stranger again.
  mutating func beginNextLife() {
    life += 1
    (account, signedIn, lastRequest, nextPage) = (nil, nil, nil, nil)
    (orders, reviewed, reviews) = ([], [], [])
  }

  func isSignedIn(at now: Duration) -> Bool { signedIn.map { $0.until > now } ?? false }

  /// The ID token; empty for strangers, who are never asked for it.
  var token: String { signedIn?.token ?? "" }

  var uid: String { account?.uid ?? "" }

  /// A key for a call that acts once.
  mutating func newKey() -> String {
    keys += 1
    return "\(name)-\(number)-\(keys)"
  }

  /// Remembers an order, and forgets the oldest of many.
  mutating func remember(_ order: PlacedOrder) {
    orders.append(order)
    if orders.count > 6 { orders.removeFirst() }
  }

  mutating func forget(order id: Int) { orders.removeAll { $0.id == id } }

  private mutating func step(_ activity: ShopperActivity, at now: Duration) -> Step<Shopper> {
    switch activity {
    case .listProducts: listProducts()
    case .searchProducts: searchProducts()
    case .turnPage: turnPage()
    case .viewProduct: viewProduct(shop.product(&choices))
    case .viewDepartedProduct: viewProduct(shop.departedProduct(&choices) ?? shop.product(&choices))
    case .readReviews: readReviews()
    case .listCategories: listCategories()
    case .viewCategoryTree: viewCategoryTree()
    case .viewCategory: viewCategory()
    case .recordVisit: recordEvent()
    case .register: register()
    case .signIn: signIn(at: now)
    case .placeOrder: placeOrder(of: shop.products(choices.number(1...4), &choices))
    case .repeatOrder: repeatOrder()
    case .orderDepartedProduct: placeOrder(of: [shop.departedProduct(&choices) ?? shop.product(&choices)])
    case .pay: pay(declined: false)
    case .payWithDeclinedCard: pay(declined: true)
    case .cancel: cancel()
    case .refund: refund()
    case .viewOrder: viewOrder()
    case .listOrders: listOrders()
    case .listPayments: listPayments()
    case .review: review()
    case .reviewAgain: writeReview(of: reviewed.sorted()[choices.number(0...reviewed.count - 1)], order: nil)
    case .changeReview: changeReview()
    case .recordEvent: recordEvent()
    case .viewProfile: viewProfile()
    case .changeProfile: changeProfile()
    case .listSessions: listSessions()
    case .viewSession: viewSession()
    case .endSession: endSession()
    case .endAllSessions: endAllSessions()
    case .deleteAccount: deleteAccount()
    }
  }
}
