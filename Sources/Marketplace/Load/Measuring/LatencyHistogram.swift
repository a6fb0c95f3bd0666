/// How long calls took, in bounded memory: any number of calls, percentiles exact to within one part in 128.
///
/// Microseconds are counted in buckets that double in width with every power of two, 128 to each.
package struct LatencyHistogram: Sendable, Hashable {
  private static let precisionBits = 7
  private var buckets: [Int] = []

  /// How many latencies were recorded.
  package private(set) var count = 0
  /// The longest, exact.
  package private(set) var maximum = Duration.zero

  /// Creates an empty histogram.
  package init() {}

  /// Adds a latency; a negative one counts as none.
  package mutating func record(_ latency: Duration) {
    let index = Self.bucket(of: max(0, latency.microseconds))
    if index >= buckets.count { buckets += [Int](repeating: 0, count: index + 1 - buckets.count) }
    buckets[index] += 1
    count += 1
    maximum = max(maximum, latency)
  }

  /// Adds everything that another one holds.
  package mutating func add(_ other: LatencyHistogram) {
    if other.buckets.count > buckets.count {
      buckets += [Int](repeating: 0, count: other.buckets.count - buckets.count)
    }
    for (index, amount) in other.buckets.enumerated() { buckets[index] += amount }
    count += other.count
    maximum = max(maximum, other.maximum)
  }

  /// The latency that so many percent of all calls did not exceed (nearest rank); zero when there are none.
  package func percentile(_ percent: Double) -> Duration {
    let rank = max(1, Int((percent / 100 * Double(count)).rounded(.up)))
    var seen = 0
    for (index, amount) in buckets.enumerated() {
      seen += amount
      if seen >= rank { return min(maximum, .microseconds(Self.highest(of: index))) }
    }
    return maximum
  }

  private static func bucket(of value: Int64) -> Int {
    let bits = Int64.bitWidth - value.leadingZeroBitCount
    let shift = max(0, bits - precisionBits - 1)
    return (shift << precisionBits) + Int(value >> Int64(shift))
  }

  /// The largest value of a bucket.
  private static func highest(of index: Int) -> Int64 {
    guard index >= 2 << precisionBits else { return Int64(index) }
    let shift = (index >> precisionBits) - 1
    let mantissa = Int64(index - (shift << precisionBits))
    return ((mantissa + 1) << Int64(shift)) - 1
  }
}

extension Duration {
  /// Whole microseconds.
  var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }

  /// The duration in seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
