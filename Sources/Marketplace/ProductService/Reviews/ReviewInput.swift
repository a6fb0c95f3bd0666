package import ServiceKit

/// What a caller sends to write a review.
package struct ReviewDraft: Sendable, Hashable {
  /// The author (user-service).
  package var userUID: String
  /// 1 (worst) to 5 (best).
  package var rating: Int
  /// A headline.
  package var title: String?
  /// The text.
  package var comment: String?
  /// The order the author says the product came with.
  package var orderID: Int?
  /// The author says that he bought the product, whichever order it was.
  package var claimsPurchase: Bool

  /// Whether order-service must be asked before the review is written.
  package var makesClaim: Bool { claimsPurchase || orderID != nil }
}

/// What a caller sends to change a review; `nil` and `.absent` leave a field as it is.
package struct ReviewChanges: Sendable {
  /// 1 (worst) to 5 (best).
  package var rating: Int?
  /// A headline.
  package var title: Patch<String> = .absent
  /// The text.
  package var comment: Patch<String> = .absent
}

/// Which reviews of a product a list shows.
package struct ReviewFilter: Sendable, Hashable {
  /// Let through, or waiting.
  package var isApproved: Bool?
  /// 1 (worst) to 5 (best).
  package var rating: Int?
}

/// Which reviews a list shows by moderation.
package enum ReviewVisibility: String, Sendable, CaseIterable {
  /// Let through.
  case approved = "true"
  /// Waiting.
  case pending = "false"
  /// Both.
  case any

  /// The value of `is_approved` to keep; `nil` keeps both.
  package var isApproved: Bool? {
    switch self {
    case .approved: true
    case .pending: false
    case .any: nil
    }
  }
}
