import FirestoreModel
import SeededRandomness
import Testing

@testable import Audit

@Suite("Sets of keys")
struct KeySetTests {
  // MARK: Bits

  private func bits(_ numbers: [Int64], maximumBytes: Int = 1 << 20) throws -> IntegerBitmap {
    var bits = IntegerBitmap(maximumBytes: maximumBytes)
    for part in numbers.parts(of: 3) { try part.withUnsafeBufferPointer { try bits.insert($0) } }
    return bits
  }

  private func members(_ bits: IntegerBitmap) async -> [Int64] {
    var all: [Int64] = []
    await bits.forEachBatch(of: 4) { all += $0 }
    return all
  }

  @Test("bits hold numbers once, in order, on both sides of zero, however they came")
  func bitsHold() async throws {
    let numbers: [Int64] = [70, -1, 0, 63, 64, 70, -64, -65, 1000, 5]
    let bits = try bits(numbers)
    #expect(bits.count == 9)
    #expect(await members(bits) == [-65, -64, -1, 0, 5, 63, 64, 70, 1000])
  }

  @Test("bits give numbers up, and pass over those that they never had")
  func bitsRemove() async throws {
    var bits = try bits([1, 2, 3, 200])
    [2, 200, 7, -5_000_000_000, .max, .min, 4].withUnsafeBufferPointer { bits.remove($0) }
    #expect(await members(bits) == [1, 3])
  }

  @Test(
    "bits that lie too far apart do not fit", arguments: [[0, 1 << 40], [0, -(1 << 40)], [.min, .max]] as [[Int64]])
  func bitsTooFar(_ numbers: [Int64]) {
    #expect(throws: IntegerBitmap.OutOfMemory.self) { try bits(numbers) }
  }

  @Test("bits use all of their memory and not more, growing either way")
  func bitsToTheBrim() async throws {
    var random = SplitMix64(seed: 20_261_129)
    let up = (0..<64).map { Int64($0) * 64 }
    // Half of the memory is for growing.
    #expect(await members(try bits(up, maximumBytes: 2 * 64 * 8)) == up)
    #expect(await members(try bits(up.reversed(), maximumBytes: 2 * 64 * 8)) == up)
    #expect(await members(try bits(up.shuffled(using: &random), maximumBytes: 2 * 64 * 8)) == up)
    #expect(throws: IntegerBitmap.OutOfMemory.self) { try bits(up, maximumBytes: 2 * 63 * 8) }
  }

  // MARK: Gaps

  private func gaps(_ members: [Int64], maximum: Int = 100) throws -> [ClosedRange<Int64>] {
    var gaps = IntegerGaps(maximum: maximum)
    for part in members.parts(of: 2) { try part.withUnsafeBufferPointer { try gaps.insert($0) } }
    gaps.finish()
    return zip(gaps.lows, gaps.highs).map { $0...$1 }
  }

  @Test("gaps are what lies between, below and above the members")
  func between() throws {
    #expect(try gaps([]) == [.min ... .max])
    #expect(try gaps([3, 4, 4, 7]) == [.min...2, 5...6, 8 ... .max])
    #expect(try gaps([.min, .max]) == [.min + 1 ... .max - 1])
    #expect(try gaps([.max]) == [.min ... .max - 1])
  }

  @Test("more gaps than may be kept are refused")
  func tooMany() {
    #expect(throws: IntegerGaps.TooMany.self) { try gaps([1, 3, 5, 7], maximum: 3) }
  }

  // MARK: Bytes

  @Test("bytes of keys have the order of their parts, and are read back")
  func codec() throws {
    var random = SplitMix64(seed: 20_261_130)
    let codec = try #require(KeyCodec([.text, .integer, .uuid], hasByteOrder: true))
    #expect(codec.parts == [.text, .integer, .text])
    let texts = ["", "a", "ab", "B", "b", "\u{1}", "é", "e\u{301}", "𝄞"]
    let numbers: [Int64] = [.min, -256, -1, 0, 1, 255, 256, .max]
    let keys = (0..<400).map { _ in
      Key([
        texts[Int(random.next() % 9)], String(numbers[Int(random.next() % 8)]), "0000\(random.next() % 4)",
      ])
    }
    func bytes(_ key: Key) throws -> [UInt8] { try #require(try codec.withBytes(of: key) { Array($0) }) }
    for key in keys { #expect(try bytes(key).withUnsafeBytes(codec.key) == key) }
    for (one, other) in zip(keys, keys.dropFirst()) {
      let numbers = (try #require(Int64(one.parts[1])), try #require(Int64(other.parts[1])))
      let isBefore =
        !UTF8Order.equal(one.parts[0], other.parts[0])
        ? UTF8Order.compare(one.parts[0], other.parts[0]) < 0
        : numbers.0 != numbers.1 ? numbers.0 < numbers.1 : one.parts[2] < other.parts[2]
      #expect(try bytes(one).lexicographicallyPrecedes(bytes(other)) == isBefore, "\(one) \(other)")
    }
  }

  @Test("kinds that no store orders by bytes have no codec, and keys of another form are in no list")
  func noCodec() throws {
    for kind in [ColumnKind.looseText, .padded, .numeric, .other] {
      #expect(KeyCodec([kind], hasByteOrder: true) == nil)
    }
    #expect(KeyCodec([.integer, .text], hasByteOrder: false) == nil)
    #expect(KeyCodec([.uuid], hasByteOrder: false) == KeyCodec())
    let codec = try #require(KeyCodec([.integer], hasByteOrder: false))
    var list = SortedKeys()
    _ = try codec.withBytes(of: Key(["7"])) { list.append($0) }
    #expect(codec.isKey(Key(["7"]), in: list))
    for other in [Key(["8"]), Key(["x"]), Key(["07"]), Key(["+7"]), Key(["7", "7"]), Key([])] {
      #expect(!codec.isKey(other, in: list))
    }
  }

  // MARK: Digests

  @Test("digests behave like a set under any sequence of changes")
  func digestsAgainstSet() throws {
    var random = SplitMix64(seed: 20_261_129)
    var digests = DigestSet(maximumBytes: 1 << 20)
    var model: Set<UInt128> = []
    // Few different lower halves, so that runs of occupied places are long and removals move much.
    func some() -> UInt128 {
      UInt128(UInt64.random(in: 0...3, using: &random)) << 64 | UInt128.random(in: 1...200) << 3
    }
    for _ in 0..<20_000 {
      let digest = some()
      if Bool.random(using: &random) {
        digests.insert(digest)
        model.insert(digest)
      } else {
        digests.remove(digest)
        model.remove(digest)
      }
      try #require(digests.count == model.count)
      let other = some()
      try #require(digests.contains(other) == model.contains(other))
    }
  }

  @Test("a full set narrows its window, and passes over all windows see every digest once")
  func windows() {
    var random = SplitMix64(seed: 20_261_129)
    let all = Set((0..<50_000).map { _ in UInt128.random(in: 1 ... .max, using: &random) })
    var seen = 0
    var passes = 0
    var start: UInt64? = 0
    while let first = start {
      var digests = DigestSet(start: first, maximumBytes: 128 << 10)
      for digest in all { digests.insert(digest) }
      seen += digests.count
      passes += 1
      #expect(all.count { digests.contains($0) } == digests.count)
      start = digests.following
    }
    #expect(seen == all.count)
    #expect(passes > 10)
  }

  @Test("a digest that comes again never narrows the window of a full set")
  func repeatedDigest() {
    // 4,096 slots of 16 bytes, three quarters of which may be used.
    var digests = DigestSet(maximumBytes: 128 << 10)
    let all = (1...3072).map { UInt128($0) << 64 | UInt128($0) }
    for _ in 0..<3 { for digest in all { digests.insert(digest) } }
    #expect(digests.count == 3072)
    #expect(digests.following == nil)
    digests.insert(UInt128.max)
    #expect(digests.following != nil)
  }

  @Test("a set tells its digests a few at a time, each once")
  func someAtATime() {
    var digests = DigestSet(maximumBytes: 1 << 20)
    for number in 1...1000 { digests.insert(UInt128(number) * 0x9E37_79B9_7F4A_7C15) }
    var place = 0
    var seen: Set<UInt128> = []
    var readings = 0
    while case let some = digests.some(64, from: &place), !some.isEmpty {
      #expect(some.count <= 64 && seen.isDisjoint(with: some))
      seen.formUnion(some)
      readings += 1
    }
    #expect(seen.count == 1000)
    #expect(readings == 16)
  }
}
