package import Logging
package import ServiceKit
private import Synchronization

/// Keeps answered requests until they are written to `api_logs`, without ever making a request wait for the database.
///
/// The queue is bounded: while the database is away the oldest rows wait and new ones are dropped, counted and
/// reported. Rows are written in batches, by the background loop, before a reader asks, and at the end.
package final class RequestLog: RequestObserver {
  private struct Queue {
    var entries: [LogEntry] = []
    var dropped = 0
  }

  private let queue = Mutex(Queue())
  private let writer: LogWriter
  private let capacity: Int
  private let clock: any MonotonicClock
  private let logger: Logger

  /// The number of rows in one statement.
  static let batchSize = 500

  /// Creates an empty log.
  package init(
    store: any GatewayStore, capacity: Int = 20_000, clock: any MonotonicClock = SystemMonotonicClock(), logger: Logger
  ) {
    self.capacity = capacity
    self.clock = clock
    self.logger = logger
    writer = LogWriter(store: store)
  }

  /// Queues the row of one answer, or drops it when the queue is full.
  package func observe(_ exchange: AnsweredRequest) {
    let entry = LogEntry(exchange)
    queue.withLock { queue in
      if queue.entries.count < capacity { queue.entries.append(entry) } else { queue.dropped += 1 }
    }
  }

  /// Writes rows every 100 ms until cancelled.
  package func run() async throws {
    var pause = Duration.milliseconds(100)
    while !Task.isCancelled {
      try await clock.sleep(for: pause)
      // A database that is away is asked less and less often, up to every 3 s.
      pause = await flush() ? .milliseconds(100) : min(pause * 2, .seconds(3))
      reportDrops()
    }
  }

  /// Writes everything queued so far; false when the database did not take it.
  @discardableResult
  package func flush() async -> Bool {
    var left = queue.withLock { $0.entries.count }
    repeat {
      let outcome = await writer.write { [self] in
        takeBatch()
      } giveBack: { [self] in
        giveBack($0)
      }
      switch outcome {
      case .wrote(let count):
        if count == 0 { return true }
        left -= count
      case .refused(let count, let error):
        logger.error("\(count) log rows were refused: \(error)")
        queue.withLock { $0.dropped += count }
        left -= count
      case .unavailable(let error):
        logger.warning("log rows wait: \(error)")
        return false
      }
    } while left > 0
    return true
  }

  /// Writes what is left at the end, trying a few times.
  package func close() async {
    for attempt in 1...3 {
      if await flush() { break }
      if attempt < 3 { try? await clock.sleep(for: .milliseconds(200)) }
    }
    let lost = queue.withLock { $0.entries.count }
    if lost > 0 { logger.error("\(lost) log rows could not be written") }
    reportDrops()
  }

  private func takeBatch() -> [LogEntry] {
    queue.withLock { queue in
      let batch = Array(queue.entries.prefix(Self.batchSize))
      queue.entries.removeFirst(batch.count)
      return batch
    }
  }

  private func giveBack(_ batch: [LogEntry]) {
    queue.withLock { queue in
      queue.entries.insert(contentsOf: batch, at: 0)
      let excess = max(0, queue.entries.count - capacity)
      queue.entries.removeLast(excess)
      queue.dropped += excess
    }
  }

  private func reportDrops() {
    let dropped = queue.withLock { queue in
      defer { queue.dropped = 0 }
      return queue.dropped
    }
    if dropped > 0 { logger.error("\(dropped) log rows were dropped") }
  }
}

/// Writes one batch at a time, so that whoever waits for a flush waits for the batch under way too.
private actor LogWriter {
  enum Outcome: Sendable {
    case wrote(Int)
    case refused(Int, GatewayStoreError)
    case unavailable(GatewayStoreError)
  }

  private let store: any GatewayStore
  private var isWriting = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  init(store: any GatewayStore) { self.store = store }

  func write(
    _ take: @Sendable () -> [LogEntry], giveBack: @Sendable ([LogEntry]) -> Void
  ) async -> Outcome {
    while isWriting { await withCheckedContinuation { waiters.append($0) } }
    isWriting = true
    defer {
      isWriting = false
      for waiter in waiters { waiter.resume() }
      waiters = []
    }
    let batch = take()
    guard !batch.isEmpty else { return .wrote(0) }
    do {
      try await store.append(batch)
      return .wrote(batch.count)
    } catch {
      if case .refused = error { return .refused(batch.count, error) }
      giveBack(batch)
      return .unavailable(error)
    }
  }
}
