private import Dispatch
private import ServiceLifecycle
private import Synchronization

/// Ends the process when stopping takes too long, whatever it is that hangs.
///
/// Whoever stops a service waits for it, and kills it in the end; a service that leaves by itself still says why.
final class ShutdownDeadline: Service {
  private let isOver = Mutex(false)
  private let patience: Duration
  private let onOverdue: @Sendable () -> Void

  init(patience: Duration, onOverdue: @escaping @Sendable () -> Void) {
    self.patience = patience
    self.onOverdue = onOverdue
  }

  /// Waits for the request to stop, then starts the clock.
  func run() async throws {
    try await gracefulShutdown()
    // Not a task: the clock must run even when every thread of the pool is stuck.
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(patience.milliseconds))) { [self] in
      if !isOver.withLock({ $0 }) { onOverdue() }
    }
  }

  /// Stops the clock.
  func end() { isOver.withLock { $0 = true } }
}
