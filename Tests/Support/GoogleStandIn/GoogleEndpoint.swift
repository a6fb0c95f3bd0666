internal import Glibc
internal import JSON
package import ScriptedServer
internal import Synchronization

/// A server that plays one of Google's endpoints: it gives the same answer until it is given another.
package final class GoogleEndpoint: Sendable {
  /// What the server does with a request.
  package enum Reply: Sendable {
    /// The certificates of these keys, fresh for so many seconds.
    case certificates([SigningKey], maximumAge: Int = 3_600)
    /// Any status, headers and body.
    case raw(String, headers: [String] = [], body: String)
    /// Ends the connection without a word.
    case hangUp
    /// Keeps everybody waiting until the next reply is set.
    case wait
  }

  private let state: Mutex<(reply: Reply, requests: [ScriptedConnection.Request])>

  /// Creates an endpoint with its first answer.
  package init(_ reply: Reply) { state = Mutex((reply, [])) }

  /// The requests so far.
  package var requests: [ScriptedConnection.Request] { state.withLock { $0.requests } }

  /// Changes the answer to requests from now on.
  package func reply(_ reply: Reply) { state.withLock { $0.reply = reply } }

  /// Runs a body with the server, which is stopped afterwards.
  package func run<Result>(_ body: (ScriptedServer) async throws -> Result) async throws -> Result {
    try await withScriptedServer { connection in
      while let request = connection.readRequest() {
        self.state.withLock { $0.requests.append(request) }
        guard self.answer(on: connection) else { return }
      }
    } _: { server in
      // Whoever still waits must be let go, or the server's threads would never end.
      defer { reply(.hangUp) }
      return try await body(server)
    }
  }

  private func answer(on connection: ScriptedConnection) -> Bool {
    while true {
      switch state.withLock({ $0.reply }) {
      case .certificates(let keys, let maximumAge):
        let body = JSONValue.object(JSONObject(keys.map { ($0.id, .string($0.certificate)) })).serialized()
        let headers = [
          "Content-Type: application/json; charset=UTF-8",
          "Cache-Control: public, max-age=\(maximumAge), must-revalidate, no-transform",
        ]
        return connection.respond(headers: headers, body: body)
      case .raw(let status, let headers, let body):
        return connection.respond(status, headers: headers, body: body)
      case .hangUp: return false
      case .wait: usleep(2_000)
      }
    }
  }
}
