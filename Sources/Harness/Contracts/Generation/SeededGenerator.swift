/// Random numbers that follow from a seed and a name: SplitMix64 (Steele, Lea and Flood 2014, figure 16).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Starts a sequence; another name under the same seed gives an unrelated one.
  init(seed: UInt64, name: String) {
    // FNV-1a (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>).
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    state = seed ^ hash
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
