import Glibc
import Synchronization

/// A server for tests that answers with exactly the bytes its script writes, however wrong they are.
///
/// Raw sockets and a thread per connection: a real HTTP server would refuse to misbehave the way clients must survive.
package final class ScriptedServer: Sendable {
  /// Plays one accepted connection from its first byte to its end.
  package typealias Script = @Sendable (ScriptedConnection) -> Void

  private struct State {
    var connections: [ScriptedConnection] = []
    var threads: [pthread_t] = []
    var accepted = 0
    var isStopping = false
  }

  /// The port on 127.0.0.1 that the server listens on.
  package let port: UInt16

  private let listener: Int32
  private let state = Mutex(State())

  /// Listens on a free port and plays the script on every connection.
  package init(_ script: @escaping Script) {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 512) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    precondition(isListening, "no port to listen on")
    port = UInt16(bigEndian: address.sin_port)
    let thread = startThread { self.acceptAll(script) }
    state.withLock { $0.threads.append(thread) }
  }

  /// "http://127.0.0.1:port".
  package var url: String { "http://127.0.0.1:\(port)" }

  /// "127.0.0.1:port".
  package var address: String { "127.0.0.1:\(port)" }

  /// How many connections were accepted so far.
  package var connectionCount: Int { state.withLock { $0.accepted } }

  /// Ends all connections and waits for all threads.
  package func stop() {
    let threads = state.withLock { state in
      guard !state.isStopping else { return [pthread_t]() }
      state.isStopping = true
      for connection in state.connections { connection.interrupt() }
      return state.threads
    }
    guard !threads.isEmpty else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    // The accepting thread first, which may still add one.
    pthread_join(threads[0], nil)
    for thread in state.withLock({ $0.threads.dropFirst() }) { pthread_join(thread, nil) }
    close(listener)
  }

  private func acceptAll(_ script: @escaping Script) {
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { return }
      // A child process that inherited the connection would keep it open when the script closes it.
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let connection = state.withLock { state in
        state.accepted += 1
        let connection = ScriptedConnection(descriptor, index: state.accepted - 1)
        state.connections.append(connection)
        if state.isStopping { connection.interrupt() }
        return connection
      }
      let thread = startThread {
        script(connection)
        connection.end()
      }
      state.withLock { $0.threads.append(thread) }
    }
  }
}

/// Runs a body with a server that is stopped afterwards.
package func withScriptedServer<Result>(
  _ script: @escaping ScriptedServer.Script, _ body: (ScriptedServer) async throws -> Result
) async throws -> Result {
  let server = ScriptedServer(script)
  defer { server.stop() }
  return try await body(server)
}

private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
  var thread = pthread_t()
  let code = pthread_create(
    &thread, nil,
    { argument in
      // Passed below, never nil.
      Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  precondition(code == 0, "no thread")
  return thread
}

private final class Box: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}
