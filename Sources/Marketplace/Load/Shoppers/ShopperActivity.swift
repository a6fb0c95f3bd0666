/// What a shopper may do next, with how often he does it: the one table of weights.
///
/// A weight counts against those of the activities that are possible at that moment: nobody pays without an unpaid
/// order.
enum ShopperActivity: CaseIterable, Sendable {
  case listProducts, searchProducts, turnPage, viewProduct, viewDepartedProduct, readReviews
  case listCategories, viewCategoryTree, viewCategory, recordVisit
  case register, signIn
  case placeOrder, repeatOrder, orderDepartedProduct, pay, payWithDeclinedCard, cancel, refund
  case viewOrder, listOrders, listPayments
  case review, reviewAgain, changeReview
  case recordEvent, viewProfile, changeProfile, listSessions, viewSession
  case endSession, endAllSessions, deleteAccount

  var weight: Int {
    switch self {
    case .viewProduct: 180
    case .listProducts: 120
    case .searchProducts: 50
    case .turnPage: 60
    case .readReviews: 50
    case .viewCategory, .listCategories: 12
    case .viewCategoryTree: 20
    case .viewDepartedProduct: 4
    case .recordVisit: 20
    // A stranger browses some ten pages before he registers; who has an account signs in soon.
    case .register: 50
    case .signIn: 400
    case .placeOrder: 90
    case .repeatOrder: 12
    case .orderDepartedProduct: 2
    // An unpaid order is on its buyer's mind.
    case .pay: 160
    case .payWithDeclinedCard: 25
    case .cancel: 20
    case .refund: 8
    case .viewOrder: 40
    case .listOrders: 15
    case .listPayments: 10
    case .review: 60
    case .reviewAgain: 3
    case .changeReview: 6
    case .recordEvent: 40
    case .viewProfile: 20
    case .changeProfile: 8
    case .listSessions: 6
    case .viewSession: 8
    case .endSession: 8
    case .endAllSessions: 2
    case .deleteAccount: 5
    }
  }
}

extension Shopper {
  /// What this shopper can do now.
  func isPossible(_ activity: ShopperActivity, at now: Duration) -> Bool {
    switch activity {
    case .listProducts, .searchProducts, .viewProduct, .viewDepartedProduct, .readReviews, .listCategories,
      .viewCategoryTree, .viewCategory:
      true
    case .turnPage: nextPage != nil
    case .recordVisit: account == nil
    case .register: account == nil
    case .signIn: account != nil && !isSignedIn(at: now)
    case .placeOrder, .orderDepartedProduct, .listOrders, .viewProfile, .changeProfile, .listSessions,
      .endAllSessions, .deleteAccount, .recordEvent, .viewSession, .endSession:
      isSignedIn(at: now)
    case .repeatOrder: isSignedIn(at: now) && lastRequest != nil
    case .pay, .payWithDeclinedCard: isSignedIn(at: now) && orders.contains { !$0.isPaid }
    case .cancel, .viewOrder, .listPayments: isSignedIn(at: now) && !orders.isEmpty
    case .refund: isSignedIn(at: now) && orders.contains { $0.paymentID != nil }
    case .review: isSignedIn(at: now) && !unreviewed.isEmpty
    case .reviewAgain: isSignedIn(at: now) && !reviewed.isEmpty
    case .changeReview: isSignedIn(at: now) && !reviews.isEmpty
    }
  }
}
