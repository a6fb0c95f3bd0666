private import Synchronization

/// A wish that a load should end before its time.
package final class StopRequest: Sendable {
  private let state = Atomic<Bool>(false)

  /// Creates a request that nobody made yet.
  package init() {}

  /// Whether it was made.
  package var isRequested: Bool { state.load(ordering: .relaxed) }

  /// Makes it.
  package func make() { state.store(true, ordering: .relaxed) }
}
