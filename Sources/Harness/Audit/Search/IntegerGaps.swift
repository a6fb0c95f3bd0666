/// The complement of a set of integers, as the ranges between its members.
///
/// Members come in ascending order and may repeat. A service that deletes little has few gaps however many rows it has.
struct IntegerGaps: Sendable {
  /// More gaps came than may be kept.
  struct TooMany: Error {}

  /// Bytes that a gap takes: two numbers, and as much again while the lists grow.
  static let bytesPerGap = 48

  /// How many gaps fit into so many bytes.
  static func most(in bytes: Int) -> Int { max(1, bytes / bytesPerGap) }

  private let maximum: Int
  /// The smallest number that no member or gap has covered yet; nil when all are.
  private var next: Int64? = .min
  private(set) var lows: [Int64] = []
  private(set) var highs: [Int64] = []

  /// Starts with no members: everything is a gap.
  init(maximum: Int) { self.maximum = maximum }

  /// Takes the next members.
  mutating func insert(_ members: UnsafeBufferPointer<Int64>) throws(TooMany) {
    for member in members {
      guard let start = next, member >= start else { continue }
      if member > start {
        guard lows.count < maximum else { throw TooMany() }
        lows.append(start)
        highs.append(member - 1)
      }
      next = member == .max ? nil : member + 1
    }
  }

  /// Says that no more members come: what is above the last is a gap too.
  mutating func finish() {
    guard let start = next else { return }
    lows.append(start)
    highs.append(.max)
    next = nil
  }
}
