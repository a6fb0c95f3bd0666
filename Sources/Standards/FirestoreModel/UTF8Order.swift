/// Firestore orders and compares text by its UTF-8 bytes.
///
/// Swift's own `<` and `==` treat canonically equivalent texts as equal ("é" in one scalar or two), Firestore does not;
/// and UTF-16 order, which several clones use, differs from UTF-8 order above U+FFFF.
package enum UTF8Order {
  /// Negative, zero or positive as `left` sorts before, with or after `right`.
  package static func compare(_ left: String, _ right: String) -> Int {
    let result = left.utf8.withContiguousStorageIfAvailable { first in
      right.utf8.withContiguousStorageIfAvailable { second in compare(first, second) }
    }
    if case .some(.some(let order)) = result { return order }
    return compare(Array(left.utf8), Array(right.utf8))
  }

  /// Compares two byte sequences; a prefix sorts before what it is a prefix of.
  package static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
    left.withUnsafeBufferPointer { first in right.withUnsafeBufferPointer { second in compare(first, second) } }
  }

  /// Whether two texts are the same bytes.
  package static func equal(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && compare(left, right) == 0
  }

  private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let shared = min(left.count, right.count)
    var index = 0
    while index < shared {
      let (first, second) = (left[index], right[index])
      if first != second { return first < second ? -1 : 1 }
      index += 1
    }
    return left.count == right.count ? 0 : (left.count < right.count ? -1 : 1)
  }
}
