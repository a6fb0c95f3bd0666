/// A sorted sequence in chunks of a few hundred elements.
///
/// One array would move half a million elements to insert one; a tree of nodes would cost an allocation each. Chunks
/// keep an insertion to a few kilobytes, a scan to plain array reads, and a copy (a reader's snapshot) to one
/// reference: Swift's copy on write then duplicates only the chunk that a writer touches while a reader holds the old
/// one.
struct SortedChunks<Element: Sendable>: Sendable {
  /// Where an element is, or would be inserted.
  struct Position: Sendable, Comparable {
    var chunk: Int
    var offset: Int

    static func < (left: Position, right: Position) -> Bool {
      left.chunk != right.chunk ? left.chunk < right.chunk : left.offset < right.offset
    }
  }

  private static var capacity: Int { 384 }

  private var chunks: [[Element]] = []
  private(set) var count = 0

  init() {}

  /// Takes elements that are in order already.
  init(sorted elements: [Element]) {
    count = elements.count
    chunks.reserveCapacity(count / Self.capacity + 1)
    var start = 0
    while start < count {
      let end = min(start + Self.capacity, count)
      chunks.append(Array(elements[start..<end]))
      start = end
    }
  }

  /// Hands over every element in order, with its position.
  func forEach(_ body: (Position, borrowing Element) -> Void) {
    for (number, chunk) in chunks.enumerated() {
      // Elements of a buffer are lent, those of an array copied.
      chunk.withUnsafeBufferPointer { buffer in
        for offset in buffer.indices { body(Position(chunk: number, offset: offset), buffer[offset]) }
      }
    }
  }

  var start: Position { Position(chunk: 0, offset: 0) }
  var end: Position { Position(chunk: chunks.count, offset: 0) }

  subscript(position: Position) -> Element {
    get { chunks[position.chunk][position.offset] }
    _modify { yield &chunks[position.chunk][position.offset] }
  }

  /// The first position whose element does not precede the target, by binary search.
  func position(precedes: (Element) -> Bool) -> Position {
    var (low, high) = (0, chunks.count)
    while low < high {
      let middle = (low + high) / 2
      // Chunks are never empty.
      if precedes(chunks[middle][chunks[middle].count - 1]) { low = middle + 1 } else { high = middle }
    }
    guard low < chunks.count else { return end }
    let chunk = chunks[low]
    var (first, last) = (0, chunk.count)
    while first < last {
      let middle = (first + last) / 2
      if precedes(chunk[middle]) { first = middle + 1 } else { last = middle }
    }
    return Position(chunk: low, offset: first)
  }

  /// How many elements between two positions satisfy a condition.
  func count(from first: Position, to end: Position, where isCounted: (Element) -> Bool) -> Int {
    guard first < end else { return 0 }
    return chunks[first.chunk..<min(end.chunk + 1, chunks.count)].enumerated().reduce(0) { count, part in
      let (number, chunk) = part
      let low = number == 0 ? first.offset : 0
      let high = first.chunk + number == end.chunk ? end.offset : chunk.count
      return count + chunk[low..<high].count(where: isCounted)
    }
  }

  /// The position after `position`, which must not be the end.
  func position(after position: Position) -> Position {
    position.offset + 1 < chunks[position.chunk].count
      ? Position(chunk: position.chunk, offset: position.offset + 1) : Position(chunk: position.chunk + 1, offset: 0)
  }

  /// The position before `position`, which must not be the start.
  func position(before position: Position) -> Position {
    position.offset > 0
      ? Position(chunk: position.chunk, offset: position.offset - 1)
      : Position(chunk: position.chunk - 1, offset: chunks[position.chunk - 1].count - 1)
  }

  /// Inserts at a position found by ``position(precedes:)``.
  mutating func insert(_ element: Element, at position: Position) {
    count += 1
    guard position.chunk < chunks.count else {
      // At the very end: fill the last chunk, then start another, so that ascending inserts leave full chunks behind.
      if let last = chunks.indices.last, chunks[last].count < Self.capacity {
        chunks[last].append(element)
      } else {
        chunks.append([element])
      }
      return
    }
    chunks[position.chunk].insert(element, at: position.offset)
    guard chunks[position.chunk].count > Self.capacity else { return }
    let half = chunks[position.chunk].count / 2
    let tail = Array(chunks[position.chunk][half...])
    chunks[position.chunk].removeSubrange(half...)
    chunks.insert(tail, at: position.chunk + 1)
  }

  /// Removes the element at a position.
  mutating func remove(at position: Position) {
    count -= 1
    chunks[position.chunk].remove(at: position.offset)
    if chunks[position.chunk].isEmpty { chunks.remove(at: position.chunk) }
  }
}
