import Synchronization

/// A value that is set once and can be awaited by many tasks: an exit, a failure, a wish to stop.
package final class Latch<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiters: [UInt64: CheckedContinuation<Value?, Never>] = [:]
    var nextWaiter: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Holds no value yet.
  package init() {}

  /// The value, once it is set.
  package var value: Value? { state.withLock { $0.value } }

  /// Sets the value and wakes all who wait; false when it was set before, and then nothing changes.
  @discardableResult
  package func set(_ value: Value) -> Bool {
    let waiters: [CheckedContinuation<Value?, Never>]? = state.withLock { state in
      guard state.value == nil else { return nil }
      state.value = value
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    guard let waiters else { return false }
    for waiter in waiters { waiter.resume(returning: value) }
    return true
  }

  /// Waits for the value; nil when the waiting task is cancelled first.
  package func wait() async -> Value? {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let immediate: Value?? = state.withLock { state in
          if let value = state.value { return .some(value) }
          // The handler below may have run already; it then found nobody to wake.
          if Task.isCancelled { return .some(nil) }
          state.waiters[id] = continuation
          return nil
        }
        if let immediate { continuation.resume(returning: immediate) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
    }
  }
}
