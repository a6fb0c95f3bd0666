import FirestoreModel
import RFC3339
import SeededRandomness

/// Repeatable random values, rich in the corners where orders go wrong.
struct ValueGenerator {
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  mutating func value(depth: Int = 0) -> FirestoreValue {
    switch below(depth < 3 ? 12 : 9) {
    case 0: .null
    case 1: .boolean(below(2) == 0)
    case 2: .integer(pick([0, 1, -1, 3, 1 << 53, (1 << 53) + 1, .max, .min, Int64(bitPattern: random.next())]))
    case 3:
      .double(
        pick([0, -0.0, 1, 1.5, -2.5, .nan, .infinity, -.infinity, 0x1p53, 0x1p63, -0x1p63, .leastNonzeroMagnitude]))
    case 4: .timestamp(Timestamp(seconds: Int64(below(4)), nanoseconds: Int32(below(3)) * 1_000))
    case 5: .string(pick(["", "a", "b", "ab", "é", "e\u{301}", "\u{FFFD}", "😀", "a\u{0}"]))
    case 6: .bytes(pick([[], [0], [1], [0, 1], [255]]))
    case 7:
      .reference("projects/p/databases/d/documents/" + pick(["c/a", "c/b", "c/__id7__", "c/__id12__", "c/a/d/x"]))
    case 8: .geoPoint(latitude: Double(below(3)), longitude: Double(below(3)) - 1)
    case 9: .array((0..<below(4)).map { _ in value(depth: depth + 1) })
    case 10:
      .map(["__type__": .string("__vector__"), "value": .array((0..<below(3)).map { _ in .double(Double(below(3))) })])
    default: .map(Dictionary((0..<below(4)).map { _ in (pick(["a", "b", "c"]), value(depth: depth + 1)) }) { $1 })
    }
  }
}
