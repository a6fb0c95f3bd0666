internal import Glibc
internal import Synchronization

/// One connection through a relay: a thread per direction.
final class RelayedConnection: Sendable {
  private struct State {
    /// What the client sent and nobody passed on; nil while all is well.
    var held: [UInt8]?
    var onReply: (@Sendable () -> Void)?
    var isDelivered = false
    var hasAnsweredLate = false
    var threads = 2
  }

  private let client: Socket
  private let server: Socket
  private let relay: Relay
  private let state = Mutex(State())

  init(client: Socket, server: Socket, relay: Relay) {
    self.client = client
    self.server = server
    self.relay = relay
  }

  func start() {
    startThread { [self] in
      passRequests()
      // What is held back may still be wanted, although the client has gone.
      if state.withLock({ $0.held == nil }) { end() }
      finishThread()
    }
    startThread { [self] in
      passReplies()
      state.withLock { $0.hasAnsweredLate = true }
      end()
      finishThread()
    }
  }

  /// Ends the connection on both sides.
  func end() {
    state.withLock { state in
      guard state.threads > 0 else { return }
      client.end()
      server.end()
    }
  }

  /// Holds back these bytes and all that the client sends after them.
  func hold(_ bytes: [UInt8]) { state.withLock { $0.held = bytes } }

  /// Passes on what was held back.
  func deliverHeld() {
    let bytes = state.withLock { state in
      state.isDelivered = true
      return state.threads > 0 ? state.held ?? [] : []
    }
    if !server.send(bytes) { state.withLock { $0.hasAnsweredLate = true } }
  }

  /// Whether the server has replied to what was delivered late, or has gone.
  var hasAnsweredLate: Bool { state.withLock { $0.hasAnsweredLate } }

  private func passRequests() {
    var progress: [Int: TrapProgress] = [:]
    while let bytes = client.receive() {
      let isHeld = state.withLock { state in
        state.held?.append(contentsOf: bytes)
        return state.held != nil
      }
      if isHeld { continue }
      switch relay.verdict(on: bytes, from: self, &progress) {
      case .pass:
        guard server.send(bytes) else { return }
      case .hold: continue
      case .answer(let status):
        answer(status, beginning: bytes)
        return
      case .end(let action):
        action()
        return
      case .passAndEnd(let action):
        state.withLock { $0.onReply = action }
        guard server.send(bytes) else { return }
      }
    }
  }

  private func passReplies() {
    while let bytes = server.receive() {
      let (action, isHeld) = state.withLock { state in
        if state.isDelivered { state.hasAnsweredLate = true }
        return (state.onReply.take(), state.held != nil)
      }
      if let action {
        action()
        return
      }
      // Nobody waits for what comes after a silence.
      if !isHeld, !client.send(bytes) { return }
    }
  }

  /// Reads the request to its end, so that the client is ready for the answer, and gives it.
  private func answer(_ status: Int, beginning bytes: [UInt8]) {
    var request = bytes
    while !Self.isWhole(request), let more = client.receive() { request += more }
    client.send(
      Array(
        """
        HTTP/1.1 \(status) Made Up\r
        Content-Type: application/problem+json\r
        Content-Length: 2\r
        Connection: close\r
        \r
        {}
        """.utf8))
  }

  private static func isWhole(_ request: [UInt8]) -> Bool {
    let text = String(decoding: request, as: UTF8.self)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let length = parts[0].split(separator: "\r\n").lazy
      .map { $0.split(separator: ":", maxSplits: 1).map { $0.lowercased() } }
      .first { $0.first == "content-length" }
      .flatMap { $0.last.flatMap { Int($0.filter(\.isNumber)) } }
    return parts[1].utf8.count >= length ?? 0
  }

  private func finishThread() {
    let isLast = state.withLock { state in
      state.threads -= 1
      return state.threads == 0
    }
    guard isLast else { return }
    close(client.descriptor)
    close(server.descriptor)
    relay.forget(self)
  }
}
