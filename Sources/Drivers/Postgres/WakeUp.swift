import CLibPQ
import Glibc
import Synchronization

// A thread that waits for a server must be reachable from outside: a cancelled task, a pool that shuts down, a cancel
// request that is done. An eventfd polled beside the socket does this without signals and without a timer.

/// The way to reach a thread that waits for a socket.
final class WakeUp: Sendable {
  /// What ended a wait.
  enum Outcome: Equatable {
    /// The socket is ready, or has failed; the next call on it tells which.
    case socket(readable: Bool)
    /// Somebody signalled.
    case woken
    /// The deadline passed.
    case deadline
  }

  private let descriptor: Int32
  private let aborted = Atomic<Bool>(false)

  /// Opens the descriptor; fails when the process has none left.
  init() throws(PostgresError) {
    descriptor = concord_pq_eventfd()
    guard descriptor >= 0 else {
      throw PostgresError(.connection, "no file descriptor is left to wait for a connection (errno \(errno))")
    }
  }

  deinit {
    close(descriptor)
  }

  /// Whether the connection is to be given up, whatever it is doing.
  var isAborted: Bool { aborted.load(ordering: .acquiring) }

  /// Ends the present or the next wait.
  func signal() {
    concord_pq_eventfd_signal(descriptor)
  }

  /// Ends the present wait, and every later one, for good.
  func abort() {
    aborted.store(true, ordering: .releasing)
    signal()
  }

  /// Blocks the calling thread until the socket is ready, somebody signals, or the deadline passes.
  ///
  /// A `nil` socket waits for the signal alone.
  func wait(
    for socket: Int32?,
    writing: Bool = false,
    reading: Bool = true,
    until deadline: ContinuousClock.Instant?
  ) -> Outcome {
    let events = Int16((reading ? POLLIN : 0) | (writing ? POLLOUT : 0))
    while true {
      var descriptors = (
        pollfd(fd: socket ?? -1, events: events, revents: 0),
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      )
      let ready = withUnsafeMutableBytes(of: &descriptors) { bytes in
        poll(bytes.assumingMemoryBound(to: pollfd.self).baseAddress, 2, Self.milliseconds(until: deadline))
      }
      if descriptors.1.revents != 0 {
        concord_pq_eventfd_clear(descriptor)
        return .woken
      }
      if descriptors.0.revents != 0 {
        return .socket(readable: descriptors.0.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0)
      }
      // EINTR and a wait cut short by the range of poll's timeout both go round again.
      if ready == 0, let deadline, ContinuousClock.now >= deadline {
        return .deadline
      }
    }
  }

  /// The time left, rounded up so that a wait never spins on the last fraction of a millisecond.
  private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let left = ContinuousClock.now.duration(to: deadline)
    guard left > .zero else { return 0 }
    let (seconds, attoseconds) = left.components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    return Int32(seconds) * 1000 + Int32(attoseconds / 1_000_000_000_000_000) + 1
  }
}
