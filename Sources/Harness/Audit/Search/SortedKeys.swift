import Glibc

/// Keys in ascending order of their bytes, each once, in one piece of memory.
struct SortedKeys: Sendable, Equatable {
  private var bytes: [UInt8] = []
  /// Where each id ends.
  private var ends: [UInt32] = []

  /// An empty list.
  init() {}

  var count: Int { ends.count }
  var isEmpty: Bool { ends.isEmpty }

  /// Bytes that it takes.
  var size: Int { bytes.count + 4 * ends.count }

  private func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  /// The id at an index.
  func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

  /// Lends the bytes of a key.
  func withBytes<Value>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try bytes.withUnsafeBytes { all in try body(UnsafeRawBufferPointer(rebasing: all[range(index)])) }
  }

  /// How a key of one list stands to a key of another: negative when it comes before.
  static func order(_ one: SortedKeys, _ index: Int, _ other: SortedKeys, _ otherIndex: Int) -> Int32 {
    one.withBytes(index) { left in other.withBytes(otherIndex) { right in compare(left, right) } }
  }

  /// Lends the bytes of all ids, one after the other.
  func forEach(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try bytes.withUnsafeBytes { all in
      for index in ends.indices { try body(UnsafeRawBufferPointer(rebasing: all[range(index)])) }
    }
  }

  /// Adds an id behind all others; false, and nothing is added, when it does not belong there.
  mutating func append(_ id: UnsafeRawBufferPointer) -> Bool {
    if let last = ends.indices.last {
      let isBehind = bytes.withUnsafeBytes { all in
        Self.compare(UnsafeRawBufferPointer(rebasing: all[range(last)]), id) < 0
      }
      guard isBehind else { return false }
    }
    guard bytes.count + id.count <= Int(UInt32.max) else { return false }
    bytes.append(contentsOf: id)
    ends.append(UInt32(bytes.count))
    return true
  }

  /// Adds an id behind all others.
  mutating func append(_ id: String) -> Bool {
    var id = id
    return id.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Adds all of another list; false, and nothing is added, when its ids do not follow.
  mutating func append(_ other: SortedKeys) -> Bool {
    guard !other.isEmpty else { return true }
    guard size + other.size <= Int(UInt32.max) else { return false }
    if let last = ends.indices.last, Self.order(self, last, other, 0) >= 0 { return false }
    let start = UInt32(bytes.count)
    bytes += other.bytes
    ends += other.ends.lazy.map { $0 + start }
    return true
  }

  /// The ids at some indices.
  func slice(_ indices: Range<Int>) -> SortedKeys {
    guard !indices.isEmpty else { return SortedKeys() }
    let start = range(indices.lowerBound).lowerBound
    var slice = SortedKeys()
    slice.bytes = Array(bytes[start..<Int(ends[indices.upperBound - 1])])
    slice.ends = ends[indices].map { $0 - UInt32(start) }
    return slice
  }

  /// The index of an id; nil when it is not there.
  func index(of id: String) -> Int? {
    var id = id
    return id.withUTF8 { index(of: UnsafeRawBufferPointer($0)) }
  }

  /// The index of a key by its bytes; nil when it is not there.
  func index(of key: UnsafeRawBufferPointer) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      let order = withBytes(middle) { Self.compare(key, $0) }
      if order == 0 { return middle }
      if order > 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The indices of keys that another list has not.
  func indices(missingIn other: SortedKeys) -> [Int] {
    var (missing, place) = ([Int](), 0)
    for index in 0..<count {
      while place < other.count, Self.order(other, place, self, index) < 0 { place += 1 }
      if place == other.count || Self.order(other, place, self, index) != 0 { missing.append(index) }
    }
    return missing
  }

  private static func compare(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Int32 {
    let count = min(one.count, other.count)
    if count > 0, let left = one.baseAddress, let right = other.baseAddress {
      let order = memcmp(left, right, count)
      if order != 0 { return order }
    }
    return Int32(clamping: one.count - other.count)
  }

  // MARK: As bytes

  /// Appends the list as a file holds it: how many, where each ends, then all bytes; numbers are little-endian.
  func encode(into result: inout [UInt8]) {
    result.reserveCapacity(result.count + 4 + size)
    withUnsafeBytes(of: UInt32(count).littleEndian) { result.append(contentsOf: $0) }
    ends.map(\.littleEndian).withUnsafeBytes { result.append(contentsOf: $0) }
    result.append(contentsOf: bytes)
  }

  /// Reads a list; nil for bytes that hold none.
  init?(_ encoded: ArraySlice<UInt8>) {
    guard encoded.count >= 4 else { return nil }
    let isWhole = encoded.withUnsafeBytes { raw in
      func number(_ index: Int) -> UInt32 {
        UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      }
      let count = Int(number(0))
      guard count <= raw.count / 4 - 1 else { return false }
      var last: UInt32 = 0
      ends.reserveCapacity(count)
      for index in 0..<count {
        let end = number(index + 1)
        guard end >= last else { return false }
        ends.append(end)
        last = end
      }
      let rest = raw[(4 + 4 * count)...]
      bytes = Array(rest)
      return Int(last) == rest.count
    }
    guard isWhole else { return nil }
  }
}
