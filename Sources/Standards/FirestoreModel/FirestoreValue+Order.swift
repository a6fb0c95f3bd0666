import RFC3339

// The total order of Firestore, across all types: https://firebase.google.com/docs/firestore/manage-data/data-types and
// what Google's emulator does where the page is silent. A comparator that calls values of other types equal makes
// sorting and cursors lie, so this one is total: antisymmetric, transitive, and zero only for values that Firestore
// holds equal.
extension FirestoreValue {
  /// Negative, zero or positive as `left` sorts before, with or after `right` in Firestore.
  package static func compare(_ left: FirestoreValue, _ right: FirestoreValue) -> Int {
    switch (left, right) {
    case (.null, .null): return 0
    case (.boolean(let first), .boolean(let second)): return first == second ? 0 : (second ? -1 : 1)
    case (.integer(let first), .integer(let second)): return order(first, second)
    case (.double(let first), .double(let second)): return compareDoubles(first, second)
    case (.integer(let first), .double(let second)): return compareExactly(first, second)
    case (.double(let first), .integer(let second)): return -compareExactly(second, first)
    case (.timestamp(let first), .timestamp(let second)): return order(first, second)
    case (.string(let first), .string(let second)): return UTF8Order.compare(first, second)
    case (.bytes(let first), .bytes(let second)): return UTF8Order.compare(first, second)
    case (.reference(let first), .reference(let second)): return compareReferences(first, second)
    case (.geoPoint(let latitude1, let longitude1), .geoPoint(let latitude2, let longitude2)):
      let byLatitude = compareDoubles(latitude1, latitude2)
      return byLatitude != 0 ? byLatitude : compareDoubles(longitude1, longitude2)
    case (.array(let first), .array(let second)): return compareArrays(first, second)
    default:
      let (leftRank, rightRank) = (left.typeRank, right.typeRank)
      guard leftRank == rightRank else { return leftRank < rightRank ? -1 : 1 }
      return compareMapsOrVectors(left, right)
    }
  }

  /// A number that is never larger than that of a value which sorts after this one, so that most pairs are ordered by
  /// comparing two numbers.
  package var orderPrefix: UInt64 {
    // Four bits for the type, sixty for what comes first in its order.
    let first: UInt64 =
      switch self {
      case .boolean(let value): value ? 1 : 0
      case .integer(let value): Self.ordered(Double(value)) >> 4
      case .double(let value): value.isNaN ? 0 : Self.ordered(value) >> 4
      // Years 1 to 9999 take 39 bits, which leaves 21 of the nanoseconds' 30.
      case .timestamp(let value):
        UInt64(min(max(value.seconds, -62_135_596_800), 253_402_300_799) + 62_135_596_800) << 21
          | UInt64(value.nanoseconds) >> 9
      case .string(let value): Self.first(7, of: value.utf8) << 4
      case .bytes(let value): Self.first(7, of: value) << 4
      case .null, .reference, .geoPoint, .array, .map: 0
      }
    return UInt64(typeRank) << 60 | first
  }

  /// Bits that rise with the number; those of the two zeros are the same.
  private static func ordered(_ value: Double) -> UInt64 {
    let bits = (value + 0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }

  private static func first(_ count: Int, of bytes: some Sequence<UInt8>) -> UInt64 {
    var (result, left) = (UInt64(0), count)
    for byte in bytes.prefix(count) {
      result = result << 8 | UInt64(byte)
      left -= 1
    }
    return result << (8 * UInt64(left))
  }

  /// Position of the type in Firestore's order of types; integers and doubles share one.
  package var typeRank: Int {
    switch self {
    case .null: 0
    case .boolean: 1
    case .integer, .double: 2
    case .timestamp: 3
    case .string: 4
    case .bytes: 5
    case .reference: 6
    case .geoPoint: 7
    case .array: 8
    case .map: vectorComponents == nil ? 10 : 9
    }
  }

  private static func order<T: Comparable>(_ left: T, _ right: T) -> Int {
    left < right ? -1 : (right < left ? 1 : 0)
  }

  /// NaN sorts before every number and equals itself; -0.0 equals 0.0.
  private static func compareDoubles(_ left: Double, _ right: Double) -> Int {
    if left.isNaN || right.isNaN { return order(left.isNaN ? 0 : 1, right.isNaN ? 0 : 1) }
    return order(left, right)
  }

  /// Compares without rounding the integer: 2^53 as a double sorts before the integer 2^53 + 1.
  private static func compareExactly(_ integer: Int64, _ double: Double) -> Int {
    if double.isNaN { return 1 }
    if double >= 0x1p63 { return -1 }
    if double < -0x1p63 { return 1 }
    // In range after the two checks above, so the conversion of the whole part is exact.
    let whole = double.rounded(.towardZero)
    let truncated = Int64(whole)
    if integer != truncated { return integer < truncated ? -1 : 1 }
    return order(0, double - whole)
  }

  private static func compareArrays(_ left: [FirestoreValue], _ right: [FirestoreValue]) -> Int {
    for (first, second) in zip(left, right) {
      let result = compare(first, second)
      if result != 0 { return result }
    }
    return order(left.count, right.count)
  }

  private static func compareMapsOrVectors(_ left: FirestoreValue, _ right: FirestoreValue) -> Int {
    if let first = left.vectorComponents, let second = right.vectorComponents {
      return first.count != second.count ? order(first.count, second.count) : compareArrays(first, second)
    }
    guard case .map(let first) = left, case .map(let second) = right else { return 0 }
    let leftKeys = first.keys.sorted { UTF8Order.compare($0, $1) < 0 }
    let rightKeys = second.keys.sorted { UTF8Order.compare($0, $1) < 0 }
    for (leftKey, rightKey) in zip(leftKeys, rightKeys) {
      let byKey = UTF8Order.compare(leftKey, rightKey)
      if byKey != 0 { return byKey }
      let byValue = compare(first[leftKey] ?? .null, second[rightKey] ?? .null)
      if byValue != 0 { return byValue }
    }
    return order(leftKeys.count, rightKeys.count)
  }

  /// By segment: project and database by bytes, then the path as ``DocumentPath`` orders it.
  private static func compareReferences(_ left: String, _ right: String) -> Int {
    if UTF8Order.equal(left, right) { return 0 }
    let first = left.pathSegments()
    let second = right.pathSegments()
    for (one, other) in zip(first, second) {
      let result = DocumentPath.compareSegments(String(one), String(other))
      if result != 0 { return result }
    }
    return order(first.count, second.count)
  }
}
