// What a pool decides is here, without I/O, tasks or time: an event goes in, actions come out. So every order of
// events can be tested directly, and the code around it only does what it is told.
//
// Invariants: idle, connecting and leased connections together never exceed `maximum`; nobody waits while a connection
// is idle; there are never more connections being made than waiters when they were started.

/// The decisions of a connection pool.
struct PoolState: Sendable {
  /// A connection, known from the moment it is decided to make it.
  struct ConnectionID: Hashable, Sendable {
    let number: Int
  }

  /// Somebody who waits for a connection.
  struct WaiterID: Hashable, Sendable {
    let number: Int
  }

  /// What happened.
  enum Event: Sendable {
    /// Somebody wants a connection.
    case requested(WaiterID)
    /// The wait was too long.
    case expired(WaiterID)
    /// The one who waits was cancelled.
    case cancelled(WaiterID)
    /// A connection was made.
    case connected(ConnectionID)
    /// A connection could not be made.
    case connectFailed(ConnectionID)
    /// A connection came back, fit for use or not.
    case released(ConnectionID, usable: Bool)
    /// The pool shall end.
    case shutdown
  }

  /// Why a wait ended without a connection.
  enum Refusal: Hashable, Sendable {
    case tooManyWaiters, expired, cancelled, connectFailed(ConnectionID), shutDown
  }

  /// What to do now.
  enum Action: Hashable, Sendable {
    case lease(ConnectionID, to: WaiterID)
    case refuse(WaiterID, Refusal)
    case connect(ConnectionID)
    case close(ConnectionID)
    /// The pool was shut down and its last connection is gone.
    case finish
  }

  private let maximum: Int
  private let maximumWaiters: Int
  /// The last one used comes first: it is the one least likely to have been closed by the server meanwhile.
  private var idle: [ConnectionID] = []
  private var connecting: Set<ConnectionID> = []
  private var leased: Set<ConnectionID> = []
  private var waiters: [WaiterID] = []
  private var nextConnection = 0
  private var isShutDown = false
  private var isFinished = false

  /// A pool of at most so many connections, for which at most so many may wait.
  init(maximum: Int, maximumWaiters: Int) {
    self.maximum = max(1, maximum)
    self.maximumWaiters = max(1, maximumWaiters)
  }

  /// How many connections there are, and of these idle; and how many wait.
  var counts: (total: Int, idle: Int, waiting: Int) {
    (idle.count + connecting.count + leased.count, idle.count, waiters.count)
  }

  /// Takes an event in and says what to do about it.
  mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .requested(let waiter): request(waiter)
    case .expired(let waiter): giveUp(waiter, .expired)
    case .cancelled(let waiter): giveUp(waiter, .cancelled)
    case .connected(let connection): arrived(connection)
    case .connectFailed(let connection): failed(connection)
    case .released(let connection, let usable): returned(connection, usable: usable)
    case .shutdown: shutDown()
    }
  }

  private mutating func request(_ waiter: WaiterID) -> [Action] {
    guard !isShutDown else { return [.refuse(waiter, .shutDown)] }
    if let connection = idle.popLast() {
      leased.insert(connection)
      return [.lease(connection, to: waiter)]
    }
    guard waiters.count < maximumWaiters else { return [.refuse(waiter, .tooManyWaiters)] }
    waiters.append(waiter)
    return connectForWaiters()
  }

  private mutating func giveUp(_ waiter: WaiterID, _ reason: Refusal) -> [Action] {
    // Too late when a connection was handed over just before.
    guard let index = waiters.firstIndex(of: waiter) else { return [] }
    waiters.remove(at: index)
    return [.refuse(waiter, reason)]
  }

  private mutating func arrived(_ connection: ConnectionID) -> [Action] {
    guard connecting.remove(connection) != nil else { return [] }
    guard !isShutDown else { return [.close(connection)] + finishIfEmpty() }
    return place(connection)
  }

  private mutating func failed(_ connection: ConnectionID) -> [Action] {
    guard connecting.remove(connection) != nil else { return [] }
    guard !isShutDown else { return finishIfEmpty() }
    guard !waiters.isEmpty else { return [] }
    // One waiter per failure hears of it, so a server that is away fails requests at once instead of at their timeout.
    let waiter = waiters.removeFirst()
    return [.refuse(waiter, .connectFailed(connection))] + connectForWaiters()
  }

  private mutating func returned(_ connection: ConnectionID, usable: Bool) -> [Action] {
    guard leased.remove(connection) != nil else { return [] }
    if isShutDown { return [.close(connection)] + finishIfEmpty() }
    if usable { return place(connection) }
    return [.close(connection)] + connectForWaiters()
  }

  private mutating func shutDown() -> [Action] {
    guard !isShutDown else { return [] }
    isShutDown = true
    let actions = waiters.map { Action.refuse($0, .shutDown) } + idle.map { Action.close($0) }
    waiters = []
    idle = []
    return actions + finishIfEmpty()
  }

  /// Gives a free connection to who waits longest, or keeps it.
  private mutating func place(_ connection: ConnectionID) -> [Action] {
    guard !waiters.isEmpty else {
      idle.append(connection)
      return []
    }
    leased.insert(connection)
    return [.lease(connection, to: waiters.removeFirst())]
  }

  private mutating func connectForWaiters() -> [Action] {
    var actions: [Action] = []
    while connecting.count < waiters.count, idle.count + connecting.count + leased.count < maximum {
      nextConnection += 1
      let connection = ConnectionID(number: nextConnection)
      connecting.insert(connection)
      actions.append(.connect(connection))
    }
    return actions
  }

  private mutating func finishIfEmpty() -> [Action] {
    guard isShutDown, !isFinished, connecting.isEmpty, leased.isEmpty else { return [] }
    isFinished = true
    return [.finish]
  }
}
