import Glibc
import Postgres
import ScratchPostgres
import SeededRandomness
import Synchronization
import Testing

/// What a test waits for did not come in time.
struct Overdue: Error {
  let what: String
}

/// Asks again and again until a condition holds.
func eventually(
  _ what: String,
  within limit: Duration = .seconds(120),
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw Overdue(what: what) }
    try await Task.sleep(for: .milliseconds(5))
  }
}

extension ScratchServer {
  /// The server that most tests share; whoever disturbs a server starts one of their own.
  static func shared() async throws -> ScratchServer { try await sharedTask.value }

  private static let sharedTask = Task { try await start(listening: .socketAndTCP) }
}

/// A connection to the shared server, closed afterwards.
@discardableResult
func withConnection<Value: Sendable>(
  _ change: (inout PostgresConfiguration) -> Void = { _ in },
  onNotice: (@Sendable (PostgresNotice) -> Void)? = nil,
  _ body: (PostgresConnection) async throws -> Value
) async throws -> Value {
  var configuration = try await ScratchServer.shared().configuration()
  change(&configuration)
  let connection = try await PostgresConnection.connect(configuration, onNotice: onNotice)
  do {
    let value = try await body(connection)
    await connection.close()
    return value
  } catch {
    await connection.close()
    throw error
  }
}

/// A name that no other test uses.
func uniqueName(_ prefix: String = "t") -> String {
  "\(prefix)_\(counter.add(1, ordering: .relaxed).newValue)"
}

private let counter = Atomic<Int>(0)

/// The one row's one value.
func value<Value: PostgresDecodable>(
  _ sql: SQL,
  on connection: PostgresConnection,
  as type: Value.Type = Value.self
) async throws -> Value {
  try #require(try await connection.query(sql).rows.first)[0].decode(Value.self)
}

/// The error that an operation throws.
func failure(_ operation: () async throws -> Void) async throws -> PostgresError {
  do {
    try await operation()
  } catch let error as PostgresError {
    return error
  }
  throw Overdue(what: "an error")
}

/// Whether the server runs a statement with this text for the session.
func isRunning(_ text: String, on connection: PostgresConnection) async throws -> Bool {
  try await value(
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE \(text)",
    on: connection, as: Int.self
  ) > 0
}

extension SplitMix64 {
  /// A text of characters that are hard on quoting, encoding and array literals.
  mutating func text() -> String {
    let alphabet: [Unicode.Scalar] = [
      "a", "Z", "0", " ", "'", "\"", "\\", "{", "}", ",", "%", "$", ";", "-", "\n", "\t", "\r", "ü", "\u{301}", "漢",
      "👍",
      "\u{10FFFF}", "\u{1}", "\u{FEFF}",
    ]
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...20, using: &self) {
      scalars.append(alphabet.randomElement(using: &self) ?? "a")
    }
    return String(scalars)
  }
}

/// All integration tests, one after the other where a suite says so.
@Suite("PostgreSQL", .enabled(if: ScratchServer.obstacle == nil, "\(ScratchServer.obstacle ?? "")"))
enum PostgresServerTests {}
