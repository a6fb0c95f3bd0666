// Sets of keys too large to hold are held as hashes, and two keys with one hash would hide that one of them dangles.
// Whoever writes the keys may be an attacker who wants just that, so the hash is keyed, and long enough that chance
// does not do it either.

/// The keyed hash function SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input
/// PRF", 2012; the longer output is of its reference implementation).
package struct SipHash128: Sendable {
  private let key: (low: UInt64, high: UInt64)

  /// Prepares hashing under a key of 128 bits.
  package init(key: (UInt64, UInt64)) {
    self.key = (low: key.0, high: key.1)
  }

  /// Prepares hashing under a random key.
  package init(using random: inout some RandomNumberGenerator) {
    self.init(key: (random.next(), random.next()))
  }

  /// The hash of the bytes.
  package func hash(_ bytes: UnsafeRawBufferPointer) -> UInt128 {
    var state = State(
      v0: key.low ^ 0x736f_6d65_7073_6575, v1: key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee,
      v2: key.low ^ 0x6c79_6765_6e65_7261, v3: key.high ^ 0x7465_6462_7974_6573)
    let whole = bytes.count & ~7
    var offset = 0
    while offset < whole {
      state.compress(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    // The last word holds what is left, and the length in its highest byte.
    var last = UInt64(truncatingIfNeeded: bytes.count) << 56
    while offset < bytes.count {
      last |= UInt64(bytes[offset]) << UInt64(8 * (offset - whole))
      offset += 1
    }
    state.compress(last)
    state.v2 ^= 0xee
    for _ in 0..<4 { state.round() }
    let low = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    state.v1 ^= 0xdd
    for _ in 0..<4 { state.round() }
    let high = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    return UInt128(high) << 64 | UInt128(low)
  }

  private struct State {
    var v0, v1, v2, v3: UInt64

    @inline(__always)
    mutating func compress(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    @inline(__always)
    mutating func round() {
      v0 &+= v1
      v1 = v1 << 13 | v1 >> 51
      v1 ^= v0
      v0 = v0 << 32 | v0 >> 32
      v2 &+= v3
      v3 = v3 << 16 | v3 >> 48
      v3 ^= v2
      v0 &+= v3
      v3 = v3 << 21 | v3 >> 43
      v3 ^= v0
      v2 &+= v1
      v1 = v1 << 17 | v1 >> 47
      v1 ^= v2
      v2 = v2 << 32 | v2 >> 32
    }
  }
}
