// The keys of a table are read in order, which is quick, and compared with those of before; unless the server's counts say
// that nothing came or went, and no key was changed. Then not even that is needed.

import RFC3339

/// Brings a list of all keys of a table up to date.
struct TableKeyRefresher: KeyRefresher {
  let pages: SQLKeyPages
  /// Bytes that the list may take.
  let memory: Int
  let clock: any WallClock

  var codec: KeyCodec { pages.codec }

  func plan(since state: ReferenceState) -> String {
    let counted = state.referent == nil ? "" : ", if the server has counted a change since \(state.readTime)"
    return "\(pages.plan), compared with the \(state.ids.count) of before\(counted)"
  }

  func refresh(_ state: ReferenceState) async throws -> RefreshedKeys {
    let counts = try await TableCounts.read(pages.side)
    let readTime = clock.now()
    if let counts, let before = state.referent, isUnchanged(counts, since: before) {
      return RefreshedKeys(ids: state.ids, readTime: readTime, counted: before, deleted: [])
    }
    let ids = try await list()
    let deleted = state.ids.indices(missingIn: ids).map { state.ids.withBytes($0, codec.key) }
    return RefreshedKeys(ids: ids, readTime: readTime, counted: counts, deleted: deleted)
  }

  /// All keys of the table.
  func list() async throws -> SortedKeys {
    var ids = SortedKeys()
    var last: Key?
    while true {
      let page = try await pages.page(after: last)
      guard ids.append(page.keys) else { throw SearchExhausted(description: "the keys are not in order") }
      guard ids.size <= memory else {
        throw SearchExhausted(
          description: "the keys of \(pages.side.relation.name) take more than \(memory >> 20) MiB")
      }
      guard !page.isLast else { return ids }
      last = ids.withBytes(ids.count - 1, codec.key)
    }
  }

  private func isUnchanged(_ counts: TableCounts, since before: TableCounts) -> Bool {
    // A condition may be about any column, so any update may have changed what is judged.
    let isWhole = pages.side.relation.filter == nil
    return counts.identity == before.identity && counts.inserted == before.inserted
      && counts.deleted == before.deleted && counts.changes(since: before, isKeyIndexed: isWhole) == 0
  }
}

/// The keys of a table, read as a whole and listed on the way.
struct ListingTableStream: KeyStream {
  let refresher: TableKeyRefresher
  let recorder: StateRecorder

  var plan: String { refresher.pages.plan }

  func digests(
    _ digester: KeyDigester, _ receive: @escaping @Sendable ([UInt128]) throws -> Void
  ) async throws -> Int {
    // Counted before, so that what comes meanwhile is a change.
    let counts = try await TableCounts.read(refresher.pages.side)
    let readTime = refresher.clock.now()
    let ids = try await refresher.list()
    recorder.list((ids, readTime), counted: counts)
    try ids.digests(digester, refresher.codec, receive)
    return ids.count
  }
}

extension SortedKeys {
  /// Hands over the digests of all keys.
  func digests(_ digester: KeyDigester, _ codec: KeyCodec, _ receive: @escaping @Sendable ([UInt128]) throws -> Void)
    throws
  {
    var batch = DigestBatch(receive)
    var buffer: [UInt8] = []
    let isText = codec == KeyCodec()
    try forEach { bytes in
      try batch.add(isText ? digester.digest(ofOnly: bytes) : digester.digest(of: codec.key(bytes), &buffer))
    }
    try batch.finish()
  }
}
