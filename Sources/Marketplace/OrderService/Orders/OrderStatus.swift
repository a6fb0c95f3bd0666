/// Where an order stands, and where it may go from there.
///
/// ```
/// PENDING → PAID → PROCESSING → SHIPPED → DELIVERED
///    └───────┴─────────┴→ CANCELLED
///            └─────────┴──────────┴─────────┴→ REFUNDED
/// ```
package enum OrderStatus: String, Sendable, CaseIterable {
  /// Entered, not paid.
  case pending = "PENDING"
  /// Paid in full.
  case paid = "PAID"
  /// Being packed.
  case processing = "PROCESSING"
  /// On its way.
  case shipped = "SHIPPED"
  /// With the buyer.
  case delivered = "DELIVERED"
  /// Given up before it was shipped.
  case cancelled = "CANCELLED"
  /// Given up after it was paid.
  case refunded = "REFUNDED"

  /// The states that an order in this one may take next.
  package var successors: Set<OrderStatus> {
    switch self {
    case .pending: [.paid, .cancelled]
    case .paid: [.processing, .cancelled, .refunded]
    case .processing: [.shipped, .cancelled, .refunded]
    case .shipped: [.delivered, .refunded]
    case .delivered: [.refunded]
    case .cancelled, .refunded: []
    }
  }

  /// Whether an order in this state may take another.
  package func canBecome(_ next: OrderStatus) -> Bool {
    successors.contains(next)
  }
}
