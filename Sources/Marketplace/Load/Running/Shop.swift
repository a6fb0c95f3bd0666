private import Synchronization

/// What all virtual users know about the shop together: what is for sale, and what waits for the administrator.
///
/// Users act at the same time, so a product may go while somebody is ordering it. When its deletion began and when it
/// was done is noted here, and so it is known of every answer whether it was right.
final class Shop: Sendable {
  /// What became of a product, as far as this load knows.
  enum Fate: Sendable, Hashable {
    /// Nobody here deleted it.
    case forSale
    /// Its deletion was asked for; both answers are right.
    case leaving
    /// Its deletion was confirmed.
    case gone
  }

  /// An order on its way to the buyer.
  struct Shipment: Sendable, Hashable {
    let orderID: Int
    let status: String
  }

  private struct State {
    var products: [Int] = []
    var own: [Int] = []
    var departed: [Int] = []
    var fates: [Int: Fate] = [:]
    var shipments: [Shipment] = []
    var reviews: [Int] = []
  }

  /// Categories to browse and to list products in.
  let categories: [Int]

  private let state: Mutex<State>
  /// What waits is bounded: a shop may fall behind, a load must not grow for ever.
  private static let longestQueue = 5000

  init(products: [Int], categories: [Int]) {
    self.categories = categories
    state = Mutex(State(products: products))
  }

  // MARK: - Products

  /// A product for sale.
  func product(_ choices: inout SeededChoices) -> Int {
    pick(&choices, from: \.products) ?? 1
  }

  /// Some different products for an order: mostly those of this load, because nobody restocks the others.
  func products(_ count: Int, _ choices: inout SeededChoices) -> [Int] {
    var chosen: Set<Int> = []
    for _ in 0..<count {
      let own = choices.happens(percent: 90) ? ownProduct(&choices) : nil
      chosen.insert(own ?? product(&choices))
    }
    return chosen.sorted()
  }

  /// A product that this load deleted; nil before the first.
  func departedProduct(_ choices: inout SeededChoices) -> Int? { pick(&choices, from: \.departed) }

  /// A product that this load made.
  func ownProduct(_ choices: inout SeededChoices) -> Int? { pick(&choices, from: \.own) }

  /// Whether there is anything to buy.
  var hasProducts: Bool { state.withLock { !$0.products.isEmpty } }

  /// How many products of this load are for sale.
  var ownCount: Int { state.withLock { $0.own.count } }

  func fate(of product: Int) -> Fate { state.withLock { $0.fates[product] ?? .forSale } }

  /// Puts a new product up for sale.
  func add(product: Int) {
    state.withLock { state in
      state.products.append(product)
      state.own.append(product)
    }
  }

  /// Takes a product off the shelf; call before the deletion is sent.
  func beginDeletion(of product: Int) {
    state.withLock { state in
      state.products.removeAll { $0 == product }
      state.own.removeAll { $0 == product }
      state.fates[product] = .leaving
    }
  }

  /// Notes that a deletion was confirmed.
  func endDeletion(of product: Int) {
    state.withLock { state in
      state.fates[product] = .gone
      state.departed.append(product)
    }
  }

  // MARK: - Work for the administrator

  func add(shipment: Shipment) { append(shipment, to: \.shipments) }

  func add(review: Int) { append(review, to: \.reviews) }

  func takeShipment(_ choices: inout SeededChoices) -> Shipment? { take(&choices, from: \.shipments) }

  func takeReview(_ choices: inout SeededChoices) -> Int? { take(&choices, from: \.reviews) }

  var hasShipments: Bool { state.withLock { !$0.shipments.isEmpty } }

  var hasReviews: Bool { state.withLock { !$0.reviews.isEmpty } }

  // MARK: -

  private func pick<Value: Sendable>(
    _ choices: inout SeededChoices, from list: any WritableKeyPath<State, [Value]> & Sendable
  ) -> Value? {
    let values = state.withLock { $0[keyPath: list] }
    return values.isEmpty ? nil : choices.one(of: values)
  }

  private func append<Value: Sendable>(_ value: Value, to list: any WritableKeyPath<State, [Value]> & Sendable) {
    state.withLock { state in
      if state[keyPath: list].count >= Self.longestQueue { state[keyPath: list].removeFirst() }
      state[keyPath: list].append(value)
    }
  }

  private func take<Value: Sendable>(
    _ choices: inout SeededChoices, from list: any WritableKeyPath<State, [Value]> & Sendable
  ) -> Value? {
    let draw = choices.next()
    return state.withLock { state in
      let count = state[keyPath: list].count
      guard count > 0 else { return nil }
      // The last one fills the gap: taking from the middle must not move thousands.
      let index = Int(draw % UInt64(count))
      state[keyPath: list].swapAt(index, count - 1)
      return state[keyPath: list].removeLast()
    }
  }
}
