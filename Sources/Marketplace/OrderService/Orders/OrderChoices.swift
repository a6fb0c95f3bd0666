/// How the goods travel.
package enum ShippingMethod: String, Sendable, CaseIterable {
  /// By parcel.
  case standard, express, pickup
}

/// How an order is paid.
///
/// `declined_card` is the simulated gateway's test card that is always declined.
package enum PaymentMethod: String, Sendable, CaseIterable {
  /// A credit or debit card.
  case card, paypal
  /// A bank transfer.
  case bankTransfer = "bank_transfer"
  /// The test card that is always declined.
  case declinedCard = "declined_card"
}

/// The currencies that payments are taken in.
package enum Currency: String, Sendable, CaseIterable {
  /// The US dollar.
  case usDollar = "USD"
}
