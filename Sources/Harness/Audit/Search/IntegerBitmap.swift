/// A set of integers as one bit each, over the span from the smallest to the largest.
///
/// 128 KiB hold a million consecutive ids. Memory goes by the span, so ids that lie far apart do not fit: then
/// ``insert(_:)`` throws, and the caller finds another way.
struct IntegerBitmap: Sendable {
  /// The span outgrew the memory that the set may use.
  struct OutOfMemory: Error {}

  /// Words that the set may use.
  private let maximumWords: Int
  private var words: [UInt64] = []
  /// Number of the first word: the id that its lowest bit stands for, divided by 64.
  private var base = 0

  /// An empty set that may use so many bytes; half of them are for growing, which needs the old and the new.
  init(maximumBytes: Int) { maximumWords = max(1, maximumBytes / 16) }

  /// Adds all of the numbers.
  mutating func insert(_ numbers: UnsafeBufferPointer<Int64>) throws(OutOfMemory) {
    guard let first = numbers.first else { return }
    var (low, high) = (first, first)
    for number in numbers {
      low = min(low, number)
      high = max(high, number)
    }
    try cover(Int(low >> 6), Int(high >> 6))
    words.withUnsafeMutableBufferPointer { words in
      for number in numbers { words[Int(number >> 6) - base] |= 1 << UInt64(number & 63) }
    }
  }

  /// Takes all of the numbers out; those that are not in it are passed over.
  mutating func remove(_ numbers: UnsafeBufferPointer<Int64>) {
    let (base, count) = (base, words.count)
    words.withUnsafeMutableBufferPointer { words in
      for number in numbers {
        let index = Int(number >> 6) - base
        guard index >= 0, index < count else { continue }
        words[index] &= ~(1 << UInt64(number & 63))
      }
    }
  }

  /// How many numbers are in the set.
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Hands the numbers over in ascending order, at most `size` at a time.
  func forEachBatch(of size: Int, _ body: ([Int64]) async throws -> Void) async rethrows {
    var batch: [Int64] = []
    for (index, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        batch.append(Int64(base + index) << 6 + Int64(rest.trailingZeroBitCount))
        rest &= rest - 1
        guard batch.count == size else { continue }
        try await body(batch)
        batch.removeAll(keepingCapacity: true)
      }
    }
    if !batch.isEmpty { try await body(batch) }
  }

  /// Makes room for words, by doubling, so that ids which come in order do not move the whole set each time.
  ///
  /// Numbers of words are numbers divided by 64, so no difference of two overflows.
  private mutating func cover(_ low: Int, _ high: Int) throws(OutOfMemory) {
    guard words.isEmpty || low < base || high >= base + words.count else { return }
    // What was only spare does not count: it may lie on the side that does not grow.
    let used = (words.firstIndex { $0 != 0 } ?? 0)..<((words.lastIndex { $0 != 0 } ?? -1) + 1)
    let first = used.isEmpty ? low : min(low, base + used.lowerBound)
    let last = used.isEmpty ? high : max(high, base + used.upperBound - 1)
    let span = last - first + 1
    guard span <= maximumWords else { throw OutOfMemory() }
    let count = min(maximumWords, max(span, 2 * words.count))
    let start = low < base ? last + 1 - count : first
    var grown = [UInt64](repeating: 0, count: count)
    if !used.isEmpty {
      let place = base + used.lowerBound - start
      grown.replaceSubrange(place..<(place + used.count), with: words[used])
    }
    words = grown
    base = start
  }
}
