import Firestore
import FirestoreModel
import HTTP
import JSON
import ScriptedServer
import Synchronization

/// A server that plays given answers, one per request, and keeps what was asked.
final class ScriptedFirestore: Sendable {
  /// A request as the server saw it.
  struct Call: Sendable {
    let path: String
    let authorization: String?
    let body: JSONValue
  }

  /// What the server does with a request.
  enum Reply: Sendable {
    case json(String)
    case error(Int, String)
    /// Announces a longer body than it sends.
    case cut(String)
    /// A body that ends with the connection, so only its own grammar says whether it is whole.
    case untilClose(String)
    case hangUp
  }

  private let state: Mutex<(calls: [Call], replies: [Reply])>
  private let pauses = Mutex<[Duration]>([])
  private let http = HTTPClient()

  init(_ replies: [Reply]) {
    state = Mutex(([], replies))
  }

  var calls: [Call] { state.withLock { $0.calls } }

  /// The pauses that the client made between its attempts.
  var pausesTaken: [Duration] { pauses.withLock { $0 } }

  /// Runs a body with a client of this server.
  @discardableResult
  func run<Result>(
    attempts: Int = 3, at endpoint: (ScriptedServer) -> FirestoreEndpoint = { .emulator($0.address) },
    _ body: (FirestoreClient) async throws -> Result
  ) async throws -> Result {
    try await withScriptedServer { connection in
      while let request = connection.readRequest(), self.answer(request, on: connection) {}
    } _: { server in
      let retry = RetryPolicy(
        attempts: attempts, sleep: { pause in self.pauses.withLock { $0.append(pause) } }, random: { 1 })
      let client = FirestoreClient(
        http: http, endpoint: endpoint(server), project: "demo", retry: retry, timeout: .seconds(10))
      return try await body(client)
    }
  }

  private func answer(_ request: ScriptedConnection.Request, on connection: ScriptedConnection) -> Bool {
    let call = Call(
      path: String(request.line.split(separator: " ")[1]), authorization: request.header("Authorization"),
      body: (try? JSONValue(parsing: request.body)) ?? .null)
    let reply = state.withLock { state in
      state.calls.append(call)
      return state.replies.isEmpty ? Reply.error(500, "NO_REPLY_LEFT") : state.replies.removeFirst()
    }
    switch reply {
    case .json(let text): return connection.respond(body: text)
    case .error(let code, let status):
      return connection.respond(
        "\(code) Error", body: #"{"error":{"code":\#(code),"message":"scripted","status":"\#(status)"}}"#)
    case .cut(let text):
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count + 10)\r\n\r\n" + text)
      return false
    case .untilClose(let text):
      connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + text)
      return false
    case .hangUp:
      return false
    }
  }
}

/// "2026-01-01T00:00:0sZ" with the given second.
func time(_ second: Int) -> String { "2026-01-01T00:00:0\(second)Z" }

/// One element of a query's answer.
func element(_ id: String, at second: Int = 1, fields: String = "{}") -> String {
  let name = "projects/demo/databases/(default)/documents/users/\(id)"
  return """
    {"document":{"name":"\(name)","fields":\(fields),"createTime":"\(time(0))","updateTime":"\(time(0))"},
    "readTime":"\(time(second))"}
    """
}

/// The answer to a query.
func answer(_ ids: [String], at second: Int = 1) -> String {
  ids.isEmpty
    ? #"[{"readTime":"\#(time(second))"}]"# + "\n"
    : "[" + ids.map { element($0, at: second) }.joined(separator: "\n,\r\n") + "]\n"
}
