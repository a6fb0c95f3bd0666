internal import Synchronization

/// A bounded buffer between the thread that receives a body and the task that reads it.
///
/// When the buffer is full, the thread is told to pause the connection, so a slow reader slows its server down instead
/// of filling memory; every other transfer of the thread goes on.
final class BodyChannel: Sendable {
  private struct State {
    var head: HTTPResponse?
    var bytes: [UInt8] = []
    var isPaused = false
    var outcome: Result<HTTPResponse, HTTPError>?
    var waiter: CheckedContinuation<Void, Never>?

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { waiter = nil }
      return waiter
    }
  }

  private let state = Mutex(State())
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
  }

  // MARK: - The receiving thread

  /// Takes bytes, or returns false when the buffer is full: then the same bytes must be offered again later.
  func offer(_ bytes: UnsafeRawBufferPointer, head: @autoclosure () -> HTTPResponse) -> Bool {
    let (taken, waiter) = state.withLock { state in
      if state.head == nil { state.head = head() }
      guard state.bytes.count < capacity else {
        state.isPaused = true
        return (false, state.takeWaiter())
      }
      state.bytes.append(contentsOf: bytes)
      return (true, state.takeWaiter())
    }
    waiter?.resume()
    return taken
  }

  /// Says that nothing follows.
  func finish(_ outcome: Result<HTTPResponse, HTTPError>) {
    let waiter = state.withLock { state in
      state.outcome = outcome
      if state.head == nil, case .success(let response) = outcome { state.head = response }
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  // MARK: - The reading task

  /// Waits for the response's head.
  func head() async -> Result<HTTPResponse, HTTPError> {
    while true {
      let head = state.withLock { state in state.head.map { .success($0) } ?? state.outcome }
      if let head { return head }
      await wait { $0.head == nil && $0.outcome == nil }
    }
  }

  /// Waits for more bytes and takes all there are; empty bytes mean the end of the body.
  ///
  /// Also returns whether the connection was paused and may go on now.
  func next() async -> Result<(bytes: [UInt8], wasPaused: Bool), HTTPError> {
    while true {
      let step: Result<(bytes: [UInt8], wasPaused: Bool), HTTPError>? = state.withLock { state in
        guard state.bytes.isEmpty else {
          defer {
            state.bytes = []
            state.isPaused = false
          }
          return .success((state.bytes, state.isPaused))
        }
        return state.outcome?.map { _ in ([], false) }
      }
      if let step { return step }
      await wait { $0.bytes.isEmpty && $0.outcome == nil }
    }
  }

  /// Sleeps until the state changes, unless the condition is already gone.
  private func wait(while condition: @Sendable (borrowing State) -> Bool) async {
    await withCheckedContinuation { continuation in
      let mustNotWait = state.withLock { state in
        guard condition(state) else { return true }
        precondition(state.waiter == nil, "a response body has one reader at a time")
        state.waiter = continuation
        return false
      }
      if mustNotWait { continuation.resume() }
    }
  }
}
