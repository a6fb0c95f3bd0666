// Both sides in one order, read side by side: a key that the referent has not got shows at the place where it would be.
// Nothing is kept but a page of each, so any number of keys of any size fits into any memory, in one pass; and each page
// is a read of its own, so no snapshot is open for longer than that takes.
//
// A page may be read at any time: who violates the reference from the first read to the last is in the page that covers
// its place, whenever that is read, and what it refers to is in none.

/// Finds keys that do not exist by merging both sides in the order of their bytes.
struct MergeSearch: CandidateSearch {
  let referrer: any KeyPages
  let referent: any KeyPages

  var plan: [String] { [referrer.plan, "\(referent.plan), and merged with them"] }

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    var progress = ScanProgress(reading)
    var existing = PageCursor(try await referent.page(after: nil))
    var used = try await referrer.page(after: nil)
    while true {
      // The server reads the next page while this one is merged.
      let current = used
      async let following = page(of: referrer, behind: current)
      var candidates: [KeyUse] = []
      for index in 0..<current.keys.count {
        while !existing.reaches(current.keys, index), let next = try await page(of: referent, behind: existing.page) {
          existing = PageCursor(next)
        }
        if !existing.isAt(current.keys, index) {
          candidates.append(KeyUse(key: current.keys.withBytes(index, referrer.codec.key)))
        }
      }
      for part in candidates.parts(of: Self.candidatesPerStep) {
        try await receive(SearchStep(candidates: Array(part)))
      }
      try await receive(SearchStep(rowsExamined: current.keys.count, keysCompared: current.keys.count))
      progress.add(current.keys.count)
      guard let next = try await following else { return }
      used = next
    }
  }

  private func page(of side: any KeyPages, behind page: KeyPage) async throws -> KeyPage? {
    guard !page.isLast, !page.keys.isEmpty else { return nil }
    return try await side.page(after: page.keys.withBytes(page.keys.count - 1, side.codec.key))
  }
}

/// A place in a page of keys, which only goes forward.
private struct PageCursor {
  let page: KeyPage
  private var place = 0

  init(_ page: KeyPage) { self.page = page }

  /// Goes to the first key that is not before a key of another page; false when the page ends before it.
  mutating func reaches(_ keys: SortedKeys, _ index: Int) -> Bool {
    while place < page.keys.count, SortedKeys.order(page.keys, place, keys, index) < 0 { place += 1 }
    return place < page.keys.count
  }

  /// Whether the key here is that key of another page.
  func isAt(_ keys: SortedKeys, _ index: Int) -> Bool {
    place < page.keys.count && SortedKeys.order(page.keys, place, keys, index) == 0
  }
}
