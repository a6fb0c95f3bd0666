import FirestoreModel
import RFC3339
import Testing

@Suite("Order of values")
struct ValueOrderTests {
  /// Strictly ascending by https://firebase.google.com/docs/firestore/manage-data/data-types.
  static let ascending: [FirestoreValue] = [
    .null, .boolean(false), .boolean(true), .double(.nan), .double(-.infinity), .integer(.min), .double(-1.5),
    .integer(-1), .double(-.leastNonzeroMagnitude), .integer(0), .double(.leastNonzeroMagnitude), .integer(1),
    .double(1.5), .double(0x1p53),
    .integer((1 << 53) + 1), .integer(.max), .double(0x1p63), .double(.infinity),
    .timestamp(Timestamp(seconds: 0)), .timestamp(Timestamp(seconds: 0, nanoseconds: 1_000)), .string(""),
    .string("a"), .string("aa"), .string("b"), .string("e\u{301}"), .string("é"), .string("\u{FFFD}"), .string("😀"),
    .bytes([]), .bytes([0]), .bytes([0, 1]), .bytes([255]),
    .reference("projects/p/databases/d/documents/c/__id2__"), .reference("projects/p/databases/d/documents/c/__id10__"),
    .reference("projects/p/databases/d/documents/c/a"), .reference("projects/p/databases/d/documents/c/a/s/x"),
    .reference("projects/p/databases/d/documents/c/b"), .reference("projects/q/databases/d/documents/a/a"),
    .geoPoint(latitude: -1, longitude: 5), .geoPoint(latitude: 0, longitude: -5), .geoPoint(latitude: 0, longitude: 0),
    .array([]), .array([.null]), .array([.integer(1)]), .array([.integer(1), .null]), .array([.integer(2)]),
    vector([]), vector([9]), vector([1, 1]), vector([1, 2]),
    .map([:]), .map(["a": .integer(1)]), .map(["a": .integer(1), "b": .null]), .map(["a": .integer(2)]),
    .map(["b": .null]),
  ]

  static func vector(_ components: [Double]) -> FirestoreValue {
    .map(["__type__": .string("__vector__"), "value": .array(components.map(FirestoreValue.double))])
  }

  @Test("every value sorts before all that follow it, across all types")
  func acrossTypes() {
    for (index, left) in Self.ascending.enumerated() {
      for (other, right) in Self.ascending.enumerated() {
        let expected = index == other ? 0 : (index < other ? -1 : 1)
        #expect(FirestoreValue.compare(left, right).signum() == expected, "\(left) against \(right)")
      }
    }
  }

  @Test(
    "numbers of both kinds are equal when their values are",
    arguments: [
      (FirestoreValue.integer(1), FirestoreValue.double(1)), (.double(0), .double(-0.0)), (.integer(0), .double(-0.0)),
      (.integer(1 << 53), .double(0x1p53)), (.double(.nan), .double(-.nan)), (.integer(.min), .double(-0x1p63)),
    ])
  func equalNumbers(_ left: FirestoreValue, _ right: FirestoreValue) {
    #expect(FirestoreValue.compare(left, right) == 0)
    #expect(FirestoreValue.compare(right, left) == 0)
  }

  @Test("the prefix of the order never contradicts it", arguments: [1, 2, 3] as [UInt64])
  func prefixes(seed: UInt64) {
    var generator = ValueGenerator(seed: seed)
    var values = Self.ascending + (0..<200).map { _ in generator.value() }
    for seconds in [-62_135_596_800, -1, 0, 1, 253_402_300_799] as [Int64] {
      values += [0, 1, 511, 512, 999_999_999].map { .timestamp(Timestamp(seconds: seconds, nanoseconds: $0)) }
    }
    values += ["abcdefg", "abcdefgh", "abcdefgi", "abcdef\u{0}", "abcdef"].map { .string($0) }
    for one in values {
      for other in values {
        let order = FirestoreValue.compare(one, other)
        if order < 0 { #expect(one.orderPrefix <= other.orderPrefix, "\(one) before \(other)") }
        if order == 0 { #expect(one.orderPrefix == other.orderPrefix, "\(one) equals \(other)") }
      }
    }
    // Most pairs are told apart by it.
    #expect(Set(Self.ascending.map(\.orderPrefix)).count > 25)
  }

  @Test("the order is antisymmetric, transitive and consistent with sorting", arguments: [1, 2, 3] as [UInt64])
  func totalOrderLaws(seed: UInt64) {
    var generator = ValueGenerator(seed: seed)
    let values = (0..<60).map { _ in generator.value() }
    for a in values {
      #expect(FirestoreValue.compare(a, a) == 0)
      for b in values {
        let ab = FirestoreValue.compare(a, b).signum()
        #expect(ab == -FirestoreValue.compare(b, a).signum())
        for c in values where ab <= 0 && FirestoreValue.compare(b, c) <= 0 {
          let ac = FirestoreValue.compare(a, c)
          #expect(ac <= 0, "\(a) <= \(b) <= \(c)")
          if ac == 0 { #expect(ab == 0 && FirestoreValue.compare(b, c) == 0) }
        }
      }
    }
  }

  @Test("identity of representation is finer than Firestore's equality")
  func identity() {
    #expect(FirestoreValue.integer(1) != .double(1))
    #expect(FirestoreValue.double(0) != .double(-0.0))
    #expect(FirestoreValue.double(.nan) == .double(.nan))
    #expect(FirestoreValue.string("é") != .string("e\u{301}"))
    #expect(FirestoreValue.array([.double(.nan)]).hashValue == FirestoreValue.array([.double(.nan)]).hashValue)
  }
}
