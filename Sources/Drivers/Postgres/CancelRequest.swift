import CLibPQ
import Dispatch
import Synchronization

// PQcancel opens a connection of its own and waits until the server closes it, which a stopped server never does. So it
// runs on a queue of its own, and whoever asked waits for it as long as they like. The next statement must not be sent
// before it is done: the server would apply the late request to that one.

/// The key to cancel what a connection is doing.
///
/// `@unchecked Sendable` is protected by libpq: a `PGcancel` is read-only for `PQcancel`, which may be called from any
/// thread (libpq, section "Canceling Queries in Progress"), and only `deinit` frees it.
final class CancelRequest: @unchecked Sendable {
  private let key: OpaquePointer
  private let queue = DispatchQueue(label: "concord.postgres.cancel")
  private let inFlight = Atomic<Bool>(false)

  /// Takes the key of an open connection; nil when there is none.
  init?(connection: OpaquePointer) {
    guard let key = PQgetCancel(connection) else { return nil }
    self.key = key
  }

  deinit {
    PQfreeCancel(key)
  }

  /// Whether a request is on its way.
  var isInFlight: Bool { inFlight.load(ordering: .acquiring) }

  /// Sends a request and signals when the server has taken it or it failed; one at a time.
  func send(completion: WakeUp) {
    guard !inFlight.exchange(true, ordering: .acquiringAndReleasing) else { return }
    queue.async { [self] in
      // A failure needs no report: the statement then goes on, and whoever waits for its end gives the connection up.
      var message = [CChar](repeating: 0, count: 256)
      _ = PQcancel(key, &message, Int32(message.count))
      inFlight.store(false, ordering: .releasing)
      completion.signal()
    }
  }
}
