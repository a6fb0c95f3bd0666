// Open addressing with linear probing in one array: 16 bytes a key and nothing else, so ten million keys are 256 MiB and
// not the gigabyte that a set of strings is. Removal leaves no tombstone but moves what follows back (Knuth, The Art of
// Computer Programming, volume 3, section 6.4, algorithm R), so the table never degrades.

/// A set of 128-bit digests under a bound on memory.
///
/// The set holds the digests of a window only: when it is full, the window becomes half as large and what fell out of it
/// is for a later pass over the same keys.
struct DigestSet: Sendable {
  private var slots: [UInt128]
  private(set) var count = 0
  private let maximumSlots: Int
  /// The digests of the window, by their upper half: from `start`, up to and including `end`.
  let start: UInt64
  private(set) var end: UInt64 = .max

  /// An empty set for digests from `start` on that may use so many bytes, at least 128 KiB.
  ///
  /// A third of them is for growing, which needs the old table and the new.
  init(start: UInt64 = 0, maximumBytes: Int) {
    self.start = start
    // A power of two, so that a mask finds the slot.
    let wanted = max(maximumBytes, 128 << 10) / 3 * 2 / MemoryLayout<UInt128>.size
    maximumSlots = 1 << (Int.bitWidth - 1 - wanted.leadingZeroBitCount)
    slots = [UInt128](repeating: 0, count: 1024)
  }

  /// Where the next pass starts; nil when this one covers the rest.
  var following: UInt64? { end == .max ? nil : end + 1 }

  /// Adds a digest if it is in the window.
  mutating func insert(_ digest: UInt128) {
    guard covers(digest), slot(of: digest) == nil else { return }
    if (count + 1) * 4 > slots.count * 3 {
      makeRoom()
      guard covers(digest) else { return }
    }
    place(Self.stored(digest))
  }

  /// Whether a digest is in the set.
  func contains(_ digest: UInt128) -> Bool { slot(of: digest) != nil }

  /// At most so many digests, from a place in the table on, which is moved behind them; empty at the end.
  func some(_ limit: Int, from place: inout Int) -> Set<UInt128> {
    var some: Set<UInt128> = []
    while place < slots.count, some.count < limit {
      if slots[place] != 0 { some.insert(slots[place]) }
      place += 1
    }
    return some
  }

  /// Takes a digest out; nothing happens when it is not in the set.
  mutating func remove(_ digest: UInt128) {
    guard var hole = slot(of: digest) else { return }
    count -= 1
    var index = hole
    while true {
      index = (index + 1) & (slots.count - 1)
      guard slots[index] != 0 else { break }
      // What follows the hole moves into it unless its own place lies between the hole and itself.
      let distance = (index - home(of: slots[index])) & (slots.count - 1)
      guard distance >= (index - hole) & (slots.count - 1) else { continue }
      slots[hole] = slots[index]
      hole = index
    }
    slots[hole] = 0
  }

  private func covers(_ digest: UInt128) -> Bool {
    let upper = UInt64(truncatingIfNeeded: digest >> 64)
    return upper >= start && upper <= end
  }

  private func slot(of digest: UInt128) -> Int? {
    var index = home(of: digest)
    let wanted = Self.stored(digest)
    while slots[index] != 0 {
      if slots[index] == wanted { return index }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  private func home(of digest: UInt128) -> Int {
    Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: digest)) & (slots.count - 1)
  }

  /// Zero marks a free slot, so the one digest that is zero shares another's; chance never meets it.
  private static func stored(_ digest: UInt128) -> UInt128 { digest == 0 ? 1 : digest }

  /// Doubles the table, or, where it may not grow, halves the window until there is room.
  private mutating func makeRoom() {
    if slots.count < maximumSlots {
      let old = slots
      slots = [UInt128](repeating: 0, count: old.count * 2)
      refill(old)
    } else {
      // That all digests of a full table share their upper half is beyond chance, and would be lost keys.
      precondition(end > start, "the digests of different keys are alike")
      end = start + (end - start) / 2
      let kept = slots.filter { $0 != 0 && covers($0) }
      for index in slots.indices { slots[index] = 0 }
      refill(kept)
    }
  }

  private mutating func refill(_ digests: [UInt128]) {
    count = 0
    for digest in digests where digest != 0 { place(digest) }
  }

  /// Puts a digest that is not in the table into the next free slot.
  private mutating func place(_ digest: UInt128) {
    var index = home(of: digest)
    while slots[index] != 0 { index = (index + 1) & (slots.count - 1) }
    slots[index] = digest
    count += 1
  }
}
