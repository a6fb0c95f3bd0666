import RFC3339
import Synchronization

/// Collects, while a reference is searched, what the next search can build on.
final class StateRecorder: Sendable {
  private struct Content {
    var sweptAt: Timestamp?
    var mark: TableMark?
    var listing: (ids: SortedKeys, readTime: Timestamp)?
    var referent: TableCounts?
    var dangling: [Key] = []
    var isTooMuch = false
    var refusal: String?
  }

  private let identity: String
  private let codec: KeyCodec
  /// Bytes that ids may take.
  private let memory: Int
  private let content = Mutex(Content())

  init(identity: String, codec: KeyCodec, memory: Int) {
    self.identity = identity
    self.codec = codec
    self.memory = memory
  }

  /// Begins anew: a search may be given up for another.
  func begin(sweptAt: Timestamp, mark: TableMark?) {
    content.withLock { $0 = Content(sweptAt: sweptAt, mark: mark) }
  }

  /// Takes all ids of the collection, or keys of the table; nil when they could not be listed.
  ///
  /// A search that reads them again, for more keys than fit into memory, has two pictures of them and no state.
  func list(_ listing: (ids: SortedKeys, readTime: Timestamp)?, counted: TableCounts? = nil) {
    content.withLock { content in
      if content.listing != nil { content.isTooMuch = true }
      content.listing = listing
      content.referent = counted
    }
  }

  /// Takes keys that may dangle.
  func add(_ keys: some Sequence<Key>) {
    content.withLock { content in
      content.dangling += keys
      if content.dangling.count > ReferenceState.mostDangling { content.isTooMuch = true }
    }
  }

  /// Keeps nothing of this search, for a reason that people are told.
  func forget(because reason: String) { content.withLock { $0.refusal = reason } }

  /// Why nothing is kept, where that is not as it should be.
  var refusal: String? { content.withLock { $0.refusal } }

  /// What is to be kept; nil when it is not all there is.
  var state: ReferenceState? {
    content.withLock { content in
      guard let sweptAt = content.sweptAt, let (ids, readTime) = content.listing, !content.isTooMuch,
        content.refusal == nil,
        ids.size <= memory
      else { return nil }
      // A key that exists by now was only late.
      let dangling = content.dangling.filter { !codec.isKey($0, in: ids) }
      return ReferenceState(
        identity: identity, sweptAt: sweptAt, readTime: readTime, mark: content.mark, referent: content.referent,
        dangling: dangling, ids: ids)
    }
  }
}
