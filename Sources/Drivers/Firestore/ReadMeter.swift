internal import FirestoreModel
import Synchronization

/// Counts the documents that are read, as Firestore bills them, and refuses to go on beyond a limit.
///
/// One read for each document that is found or reported missing, at least one for each query, and one for every
/// thousand index entries that are counted (<https://cloud.google.com/firestore/pricing>). A request under way when the
/// limit is reached may have cost its documents already; no further one is made.
package final class ReadMeter: Sendable {
  /// The most reads there may be; nil for any number.
  package let limit: Int?
  private let reads = Atomic(0)

  /// Starts at zero.
  package init(limit: Int? = nil) { self.limit = limit }

  /// Reads so far.
  package var count: Int { reads.load(ordering: .relaxed) }

  /// Counts reads; throws `RESOURCE_EXHAUSTED` when they are more than there may be.
  func add(_ number: Int) throws(FirestoreError) {
    let count = reads.wrappingAdd(number, ordering: .relaxed).newValue
    guard let limit, count > limit else { return }
    throw FirestoreError(
      status: .resourceExhausted, message: "The \(limit) documents that may be read are used up.", retryable: false)
  }
}
