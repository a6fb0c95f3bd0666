/// What a load is to be.
package struct LoadSettings: Sendable {
  /// How calls follow each other.
  package enum Pace: Sendable, Hashable {
    /// So many calls begin per second, whether or not earlier ones were answered.
    case perSecond(Double)
    /// Every virtual user calls again as soon as the last answer is there.
    case asFastAsAnswered
  }

  /// An account with the `admin` claim.
  package struct Credentials: Sendable, Hashable {
    let email: String
    let password: String

    /// Pairs an address with its password.
    package init(email: String, password: String) {
      self.email = email
      self.password = password
    }
  }

  /// Where the gateway is, without a trailing slash.
  package let gateway: String
  /// How calls follow each other.
  package let pace: Pace
  /// How long calls begin.
  package let duration: Duration
  /// How many shoppers there are from the start, and connections at most.
  package let shoppers: Int
  /// What every choice is made from.
  package let seed: UInt64
  /// Tells this load's accounts and products from those of others on the same stack.
  package let name: String
  /// Who keeps the shop; without, nobody restocks, ships, approves or deletes products.
  package let administrator: Credentials?

  /// Puts the settings together.
  package init(
    gateway: String, pace: Pace, duration: Duration, shoppers: Int, seed: UInt64, name: String,
    administrator: Credentials?
  ) {
    self.gateway = gateway
    self.pace = pace
    self.duration = duration
    self.shoppers = shoppers
    self.seed = seed
    self.name = name
    self.administrator = administrator
  }
}
