import Synchronization

// The I/O around `PoolState`: events go in under a lock, the actions that come out are carried out after it. A
// connection is tested without a round trip when it is lent out (the socket tells whether the server has closed it) and
// when it comes back (it must be idle and outside a transaction), so a broken one never reaches the next user.

/// A pool of connections to one database.
///
/// Connections are made when they are needed, up to a maximum, and kept until `shutdown`.
package final class PostgresPool: Sendable {
  /// How the connections are made.
  package let configuration: PostgresConfiguration

  private let maximum: Int
  private let acquireTimeout: Duration
  private let clock: any Clock<Duration>
  private let onNotice: (@Sendable (PostgresNotice) -> Void)?
  private let state: Mutex<Book>

  private typealias Waiter = CheckedContinuation<Result<Lease, PostgresError>, Never>

  private struct Lease: Sendable {
    let id: PoolState.ConnectionID
    let connection: PostgresConnection
  }

  private struct Book: Sendable {
    var decisions: PoolState
    var connections: [PoolState.ConnectionID: PostgresConnection] = [:]
    var failures: [PoolState.ConnectionID: PostgresError] = [:]
    var waiters: [PoolState.WaiterID: Waiter] = [:]
    var timers: [PoolState.WaiterID: Task<Void, Never>] = [:]
    var attempts: [PoolState.ConnectionID: Task<Void, Never>] = [:]
    var closings: [PoolState.ConnectionID: Task<Void, Never>] = [:]
    var endings: [CheckedContinuation<Void, Never>] = []
    var isFinished = false
    var nextWaiter = 0
  }

  /// Creates a pool; nothing connects before somebody asks.
  ///
  /// At most `maximumWaiters` may wait for a connection, each at most `acquireTimeout`; beyond that requests fail with
  /// code `poolExhausted`.
  package init(
    _ configuration: PostgresConfiguration,
    maximum: Int = 10,
    maximumWaiters: Int = 1000,
    acquireTimeout: Duration = .seconds(5),
    clock: any Clock<Duration> = ContinuousClock(),
    onNotice: (@Sendable (PostgresNotice) -> Void)? = nil
  ) {
    self.configuration = configuration
    self.maximum = max(1, maximum)
    self.acquireTimeout = acquireTimeout
    self.clock = clock
    self.onNotice = onNotice
    state = Mutex(Book(decisions: PoolState(maximum: maximum, maximumWaiters: maximumWaiters)))
  }

  /// How many connections there are, how many of them are idle, and how many requests wait.
  package var counts: (total: Int, idle: Int, waiting: Int) {
    state.withLock { $0.decisions.counts }
  }

  /// Lends a connection to a body for its own use; it goes back when the body ends.
  ///
  /// A connection that comes back broken or inside a transaction is replaced. Throws code `poolExhausted`, `shutDown`,
  /// `cancelled`, or why no connection could be made; and whatever the body throws.
  @discardableResult
  package func withConnection<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let lease = try await acquire()
    do {
      let value = try await body(lease.connection)
      await release(lease)
      return value
    } catch {
      await release(lease)
      throw error
    }
  }

  /// Runs one statement on a connection of the pool.
  @discardableResult
  package func query(_ sql: SQL) async throws(PostgresError) -> PostgresResult {
    let lease = try await acquire()
    do throws(PostgresError) {
      let result = try await lease.connection.query(sql)
      await release(lease)
      return result
    } catch {
      await release(lease)
      throw error
    }
  }

  /// Runs a transaction on a connection of the pool.
  @discardableResult
  package func transaction<Value: Sendable>(
    isolation: PostgresIsolation = .readCommitted,
    access: PostgresAccess = .inherited,
    retries: Int = 0,
    _ body: @Sendable (isolated PostgresConnection) throws -> Value
  ) async throws -> Value {
    try await withConnection { connection in
      try await connection.transaction(isolation: isolation, access: access, retries: retries, body)
    }
  }

  /// Ends the pool: refuses new requests and those that wait, and returns when every connection is closed.
  ///
  /// Connections in use are waited for so long; then they are given up, and what runs on them fails.
  package func shutdown(within grace: Duration = .seconds(5)) async {
    handle(.shutdown)
    let clock = clock
    let deadline = Task {
      try? await clock.sleep(for: grace)
      if !Task.isCancelled {
        abortAll()
      }
    }
    await withCheckedContinuation { continuation in
      let isFinished = state.withLock { book in
        if !book.isFinished {
          book.endings.append(continuation)
        }
        return book.isFinished
      }
      if isFinished {
        continuation.resume()
      }
    }
    deadline.cancel()
  }

  private func abortAll() {
    let (connections, attempts) = state.withLock { (Array($0.connections.values), Array($0.attempts.values)) }
    for connection in connections {
      connection.abort()
    }
    for attempt in attempts {
      attempt.cancel()
    }
  }

  // MARK: Leases

  private func acquire() async throws(PostgresError) -> Lease {
    // Each round that fails has found, and replaced, one connection that died in the pool.
    for _ in 0...maximum {
      let lease = try await awaitLease().get()
      if await lease.connection.isReady() {
        return lease
      }
      handle(.released(lease.id, usable: false))
    }
    throw PostgresError(.connection, "every connection of the pool to \(configuration) was lost")
  }

  private func awaitLease() async -> Result<Lease, PostgresError> {
    let waiter = state.withLock { book in
      book.nextWaiter += 1
      return PoolState.WaiterID(number: book.nextWaiter)
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { $0.waiters[waiter] = continuation }
        handle(.requested(waiter))
        startTimer(for: waiter)
        // A cancellation before the request was made found nobody to cancel.
        if Task.isCancelled {
          handle(.cancelled(waiter))
        }
      }
    } onCancel: {
      handle(.cancelled(waiter))
    }
  }

  private func startTimer(for waiter: PoolState.WaiterID) {
    state.withLock { book in
      guard book.waiters[waiter] != nil else { return }
      book.timers[waiter] = Task { [clock, acquireTimeout] in
        try? await clock.sleep(for: acquireTimeout)
        if !Task.isCancelled {
          handle(.expired(waiter))
        }
      }
    }
  }

  private func release(_ lease: Lease) async {
    // Closing is left to the connection's end of life; whether it is fit must be known before somebody else gets it.
    let isUsable = await lease.connection.isReady()
    handle(.released(lease.id, usable: isUsable))
  }

  // MARK: Carrying out decisions

  private func handle(_ event: PoolState.Event) {
    let work = state.withLock { book in
      book.decisions.handle(event).flatMap { prepare($0, in: &book) }
    }
    for step in work {
      step()
    }
  }

  /// Changes the book for an action, and returns what is left to do outside the lock.
  private func prepare(_ action: PoolState.Action, in book: inout Book) -> [@Sendable () -> Void] {
    switch action {
    case .lease(let id, let waiter):
      guard let connection = book.connections[id], let continuation = take(waiter, from: &book) else {
        preconditionFailure("the pool's decisions and its book disagree")
      }
      return [{ continuation.resume(returning: .success(Lease(id: id, connection: connection))) }]
    case .refuse(let waiter, let reason):
      let error = error(for: reason, in: &book)
      guard let continuation = take(waiter, from: &book) else { return [] }
      return [{ continuation.resume(returning: .failure(error)) }]
    case .connect(let id):
      book.attempts[id] = Task { await connect(id) }
      return []
    case .close(let id):
      guard let connection = book.connections.removeValue(forKey: id) else { return [] }
      book.closings[id] = Task {
        await connection.close()
        state.withLock { $0.closings[id] = nil }
      }
      return []
    case .finish:
      let closings = Array(book.closings.values)
      return [{ Task { await self.finish(after: closings) } }]
    }
  }

  private func finish(after closings: [Task<Void, Never>]) async {
    for closing in closings {
      await closing.value
    }
    let endings = state.withLock { book in
      book.isFinished = true
      defer { book.endings = [] }
      return book.endings
    }
    for ending in endings {
      ending.resume()
    }
  }

  private func take(_ waiter: PoolState.WaiterID, from book: inout Book) -> Waiter? {
    book.timers.removeValue(forKey: waiter)?.cancel()
    return book.waiters.removeValue(forKey: waiter)
  }

  private func connect(_ id: PoolState.ConnectionID) async {
    do throws(PostgresError) {
      let connection = try await PostgresConnection.connect(configuration, onNotice: onNotice)
      state.withLock { book in
        book.attempts[id] = nil
        book.connections[id] = connection
      }
      handle(.connected(id))
    } catch {
      state.withLock { book in
        book.attempts[id] = nil
        book.failures[id] = error
      }
      handle(.connectFailed(id))
      state.withLock { $0.failures[id] = nil }
    }
  }

  private func error(for reason: PoolState.Refusal, in book: inout Book) -> PostgresError {
    switch reason {
    case .tooManyWaiters:
      PostgresError(.poolExhausted, "all \(maximum) connections are busy and too many requests wait for one")
    case .expired:
      PostgresError(.poolExhausted, "none of \(maximum) connections became free within \(acquireTimeout)")
    case .cancelled:
      PostgresError(.cancelled, "the task was cancelled")
    case .connectFailed(let id):
      book.failures[id] ?? PostgresError(.connection, "cannot connect to \(configuration)")
    case .shutDown:
      PostgresError(.shutDown, "the pool of connections to \(configuration) was shut down")
    }
  }
}
