internal import Glibc
internal import Synchronization

/// A port between a client and a server that passes bytes both ways, until what passes springs a trap.
///
/// Threads and blocking sockets, so that it can stop in the middle of an exchange exactly where a test wants it to.
package final class Relay: Sendable {
  /// Where the server is.
  package enum Target: Sendable, Hashable {
    /// At a port of 127.0.0.1.
    case port(Int)
    /// At a Unix socket.
    case socket(String)
  }

  private struct State {
    var listener: Socket?
    var traps: [Int: Trap] = [:]
    var springs: [Int: Int] = [:]
    var nextTrap = 0
    var isHanging = false
    var connections: [ObjectIdentifier: RelayedConnection] = [:]
    /// Connections whose bytes are held back, in the order in which the first of them came.
    var held: [RelayedConnection] = []
    var passages = 0

    // Decided and noted at once: a release in between would leave the connection held for ever.
    mutating func hold(_ bytes: [UInt8], of connection: RelayedConnection) {
      connection.hold(bytes)
      held.append(connection)
    }
  }

  /// The port on 127.0.0.1 that clients connect to.
  package let port: Int

  /// Bound and never listening: it keeps the port when nobody listens, so that connections are refused.
  private let reservation: Socket
  private let state = Mutex(State())

  /// Takes a port, and refuses connections until told where the server is.
  package init() throws {
    guard let (socket, port) = Socket.bound(to: 0) else { throw RelayFailure(description: "no port is left") }
    self.port = port
    reservation = socket
  }

  deinit {
    close(reservation.descriptor)
  }

  /// Accepts connections from now on, for a server that listens.
  package func listen(for target: Target) throws {
    guard let (listener, _) = Socket.bound(to: port), Glibc.listen(listener.descriptor, 256) == 0 else {
      throw RelayFailure(description: "port \(port) cannot be listened on: error \(errno)")
    }
    let previous = state.withLock { state in
      defer { state.listener = listener }
      return state.listener
    }
    previous?.end()
    startThread { self.acceptAll(listener, target) }
  }

  /// Refuses connections from now on, as a machine does where no process listens.
  package func refuse() {
    state.withLock { $0.listener.take() }?.end()
  }

  /// Sets a trap, and returns its number.
  @discardableResult
  package func set(_ trap: Trap) -> Int {
    state.withLock { state in
      state.nextTrap += 1
      state.traps[state.nextTrap] = trap
      return state.nextTrap
    }
  }

  /// How often a trap has sprung.
  package func springs(of trap: Int) -> Int { state.withLock { $0.springs[trap] ?? 0 } }

  /// Holds back everything, for all connections, until released.
  package func hang() { state.withLock { $0.isHanging = true } }

  /// How often a piece of bytes has come from clients, held back or not.
  package var passages: Int { state.withLock { $0.passages } }

  /// Removes all traps and lets bytes pass again; connections with bytes held back end, and the bytes are lost.
  package func release() {
    for connection in heal() { connection.end() }
  }

  /// Removes all traps and lets new bytes pass; what was held back stays so.
  package func resume() {
    state.withLock { state in
      state.traps = [:]
      state.isHanging = false
    }
  }

  /// Removes all traps, lets bytes pass again, and only now passes on what was held back, late.
  ///
  /// Returns when the server has replied to all of it; the replies find nobody.
  package func releaseLate() async throws {
    let connections = heal()
    for connection in connections { connection.deliverHeld() }
    let deadline = ContinuousClock.now + .seconds(5)
    while !connections.allSatisfy(\.hasAnsweredLate), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(5))
    }
    for connection in connections { connection.end() }
  }

  /// Ends everything.
  package func stop() {
    refuse()
    release()
    for connection in state.withLock({ Array($0.connections.values) }) { connection.end() }
  }

  private func heal() -> [RelayedConnection] {
    resume()
    return state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
  }

  private func acceptAll(_ listener: Socket, _ target: Target) {
    while true {
      let descriptor = accept(listener.descriptor, nil, nil)
      guard descriptor >= 0 else { break }
      let client = Socket(descriptor)
      guard let server = Socket.connected(to: target) else {
        close(descriptor)
        continue
      }
      let connection = RelayedConnection(client: client, server: server, relay: self)
      state.withLock { $0.connections[ObjectIdentifier(connection)] = connection }
      connection.start()
    }
    close(listener.descriptor)
  }

  // MARK: What connections ask

  /// What to do with bytes that a client sent.
  func verdict(
    on bytes: [UInt8], from connection: RelayedConnection, _ progress: inout [Int: TrapProgress]
  ) -> Verdict {
    state.withLock { state in
      state.passages += 1
      if state.isHanging {
        state.hold(bytes, of: connection)
        return .hold
      }
      for (number, trap) in state.traps.sorted(by: { $0.key < $1.key }) {
        guard progress[number, default: TrapProgress()].advance(trap.texts, bytes) else { continue }
        if trap.springsOnce, state.springs[number] != nil { continue }
        state.springs[number, default: 0] += 1
        switch trap.effect {
        case .answer(let status): return .answer(status: status)
        case .before(let action): return .end(action)
        case .after(let action): return .passAndEnd(action)
        case .hang:
          state.isHanging = true
          state.hold(bytes, of: connection)
          return .hold
        }
      }
      return .pass
    }
  }

  func forget(_ connection: RelayedConnection) {
    state.withLock { state in
      state.connections[ObjectIdentifier(connection)] = nil
    }
  }
}

/// What a relay does with a piece of bytes.
enum Verdict: Sendable {
  case pass, hold
  case answer(status: Int)
  case end(@Sendable () -> Void)
  case passAndEnd(@Sendable () -> Void)
}

/// Why a relay cannot work.
package struct RelayFailure: Error, CustomStringConvertible {
  /// What is wrong.
  package let description: String
}
