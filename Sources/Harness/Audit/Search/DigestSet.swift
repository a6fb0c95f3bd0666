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

  /// An empty set for digests from `start` on that may use so many bytes, at least 64 KiB.
  init(start: UInt64 = 0, maximumBytes: Int) {
    self.start = start
    // A power of two, so that a mask finds the slot.
    let wanted = max(maximumBytes, 64 << 10) / MemoryLayout<UInt128>.size
    maximumSlots = 1 << (Int.bitWidth - 1 - wanted.leadingZeroBitCount)
    slots = [UInt128](repeating: 0, count: 1024)
  }

  /// Where the next pass starts; nil when this one covers the rest.
  var following: UInt64? { end == .max ? nil : end + 1 }

  /// Adds a digest if it is in the window.
  mutating func insert(_ digest: UInt128) {
    guard covers(digest) else { return }
    if (count + 1) * 4 > slots.count * 3 {
      guard makeRoom(), covers(digest) else { return }
    }
    var index = home(of: digest)
    while slots[index] != 0 {
      if slots[index] == Self.stored(digest) { return }
      index = (index + 1) & (slots.count - 1)
    }
    slots[index] = Self.stored(digest)
    count += 1
  }

  /// Whether a digest is in the set.
  func contains(_ digest: UInt128) -> Bool { slot(of: digest) != nil }

  /// The digests in sets of at most so many.
  func parts(of size: Int) -> [Set<UInt128>] {
    slots.filter { $0 != 0 }.parts(of: size).map(Set.init)
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

  /// Doubles the table, or narrows the window when it may not grow; false when the window cannot be narrowed.
  private mutating func makeRoom() -> Bool {
    let old = slots
    if slots.count < maximumSlots {
      slots = [UInt128](repeating: 0, count: old.count * 2)
    } else {
      guard end > start else { return false }
      end = start + (end - start) / 2
      slots = [UInt128](repeating: 0, count: old.count)
    }
    count = 0
    for digest in old where digest != 0 && covers(digest) { insertAgain(digest) }
    return true
  }

  private mutating func insertAgain(_ digest: UInt128) {
    var index = home(of: digest)
    while slots[index] != 0 { index = (index + 1) & (slots.count - 1) }
    slots[index] = digest
    count += 1
  }
}
