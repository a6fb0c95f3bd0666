// Ctrl-C must end a run in order: services stopped, reports written. The first signal cancels the work, a second
// one is an impatient person and is allowed to end the wait; what is left is then ended by the guardian.
//
// A handler may do next to nothing, so it writes the signal's number into a pipe, and a thread that waits for nothing
// else reads it there. Blocking the signals instead does not work: on Linux, libdispatch parks the main thread in
// sigsuspend(2) with all signals let through; and a dispatch source loses signals that are ignored.

import Glibc
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into one call.
final class SignalWatch: Sendable {
  private static let watched = [SIGINT, SIGTERM, SIGHUP]
  /// The documented status of an interrupted run, for code that cannot unwind.
  private static let interruptedStatus: Int32 = 130

  /// Leads from the handlers to the thread; made before the first handler is installed.
  private static let pipe: (read: Int32, write: Int32) = {
    var ends: [Int32] = [-1, -1]
    precondition(Glibc.pipe(&ends) == 0, "a program that just started has descriptors left")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A handler must never wait, however many signals come.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
  }()

  private let first = Mutex<Int32?>(nil)
  private let onSignal: @Sendable () -> Void

  /// Starts watching for the rest of the process's life; `onSignal` runs once, at the first signal.
  init(onSignal: @escaping @Sendable () -> Void) {
    self.onSignal = onSignal
    _ = Self.pipe
    startReading()
    // A reader of our output that goes away is no reason to die without a report.
    signal(SIGPIPE, SIG_IGN)
    for number in Self.watched {
      signal(number) { number in
        let savedError = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(SignalWatch.pipe.write, &byte, 1)
        errno = savedError
      }
    }
  }

  /// Name of the signal that came first, if any.
  var received: String? {
    first.withLock { $0 }.map { number in
      switch number {
      case SIGINT: "SIGINT"
      case SIGTERM: "SIGTERM"
      default: "SIGHUP"
      }
    }
  }

  private func startReading() {
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { context in
        context.map { Unmanaged<SignalWatch>.fromOpaque($0).takeRetainedValue().readSignals() }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    precondition(failure == 0, "one more thread can be made at the start of a run")
    pthread_detach(thread)
  }

  private func readSignals() {
    while true {
      var byte: UInt8 = 0
      guard read(Self.pipe.read, &byte, 1) == 1 else { continue }
      guard note(Int32(byte)) else { _exit(Self.interruptedStatus) }
      onSignal()
    }
  }

  /// Notes a signal; false when it is not the first.
  private func note(_ number: Int32) -> Bool {
    first.withLock { first in
      guard first == nil else { return false }
      first = number
      return true
    }
  }
}
