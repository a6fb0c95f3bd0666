import ScriptedServer
import Synchronization

/// A service that answers every request as a function says, on connections that stay open.
final class StubService: Sendable {
  typealias Request = ScriptedConnection.Request

  /// An answer, or another end of the exchange.
  struct Reply: Sendable {
    var status = "200 OK"
    var headers = ["Content-Type: application/json"]
    var body = "{}"
    /// What is done instead of an answer.
    var act: (@Sendable (ScriptedConnection) -> Void)?

    /// A JSON body.
    static func json(_ body: String, status: String = "200 OK", headers: [String] = []) -> Reply {
      Reply(status: status, headers: ["Content-Type: application/json"] + headers, body: body)
    }

    /// A status without a body.
    static func empty(_ status: String) -> Reply { Reply(status: status, headers: [], body: "") }

    /// Anything, on the bare connection, which is closed afterwards.
    static func raw(_ act: @escaping @Sendable (ScriptedConnection) -> Void) -> Reply { Reply(act: act) }
  }

  private let log = Mutex<[Request]>([])
  private let answer: @Sendable (Request) -> Reply

  init(_ answer: @escaping @Sendable (Request) -> Reply) { self.answer = answer }

  /// All requests so far, in the order of their arrival.
  var requests: [Request] { log.withLock { $0 } }

  /// Their request lines without the version: `GET /users`.
  var lines: [String] { requests.map { String($0.line.dropLast(" HTTP/1.1".count)) } }

  /// Plays one connection.
  func play(_ connection: ScriptedConnection) {
    while let request = connection.readRequest() {
      log.withLock { $0.append(request) }
      let reply = answer(request)
      if let act = reply.act { return act(connection) }
      guard connection.respond(reply.status, headers: reply.headers, body: reply.body) else { return }
    }
  }
}

extension StubService.Request {
  /// The path without its query.
  var path: String {
    let target = line.split(separator: " ").dropFirst().first ?? ""
    return String(target.prefix { $0 != "?" })
  }

  /// The method.
  var method: String { String(line.prefix { $0 != " " }) }

  /// The body as text.
  var text: String { String(decoding: body, as: UTF8.self) }
}
