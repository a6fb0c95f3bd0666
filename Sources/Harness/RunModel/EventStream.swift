import Synchronization

/// Hands every event to every listener, in one order that all of them see.
///
/// Engines emit from many tasks at once. A lock (not an actor) keeps the order and lets synchronous code
/// emit, also while the process is being torn down.
package final class EventStream: Sendable {
  private let listeners: [any RunListener]
  private let gate = Mutex(Gate())

  private struct Gate {
    var isFinished = false
  }

  /// Connects the listeners for the whole life of the stream.
  package init(listeners: [any RunListener]) {
    self.listeners = listeners
  }

  /// Delivers an event to all listeners; nothing is delivered after `.runFinished`.
  package func emit(_ event: RunEvent) {
    gate.withLock { gate in
      if gate.isFinished { return }
      if case .runFinished = event { gate.isFinished = true }
      for listener in listeners { listener.receive(event) }
    }
  }
}
