import ChildProcesses
import Glibc
import GoogleStandIn
import HTTP
import JSON
import RFC3339
import ScriptedServer
import Testing

@Suite("The gateway's process before a real project", .timeLimit(.minutes(2)))
struct RealProjectProcessTests {
  /// Starts the gateway with nothing but the given environment; its log comes on standard output.
  private func start(_ environment: [String: String]) throws -> ChildProcess {
    let common = [
      "PORT": "0", "FIREBASE_PROJECT_ID": "p", "DB_PASSWORD": "x", "DB_PORT": "1",
      "USER_SERVICE_URL": "http://127.0.0.1:1", "PRODUCT_SERVICE_URL": "http://127.0.0.1:1",
      "ORDER_SERVICE_URL": "http://127.0.0.1:1",
    ]
    let variables = common.merging(environment) { $1 }.map { "\($0)=\($1)" }
    let program = try ChildProcess.productsFolder() + "/marketplace"
    return try ChildProcess(
      "/bin/sh", ["-c", #"exec env -i "$@" 2>&1"#, "sh"] + variables + [program, "api-gateway"])
  }

  private func address(of process: ChildProcess) async -> String? {
    while let line = await process.line() {
      if line.hasPrefix("listening ") { return String(line.dropFirst("listening ".count)) }
    }
    return nil
  }

  @Test("an unsigned token of the emulator is refused, one that Google signed comes through")
  func tokens() async throws {
    try await GoogleEndpoint(.certificates([.first])).run { certificates in
      let gateway = try start(["FIREBASE_CERTIFICATES_URL": certificates.url])
      let address = try #require(await address(of: gateway))
      let client = HTTPClient()
      func get(_ path: String, _ token: String? = nil) async throws -> HTTPResponse {
        let headers: HTTPHeaders = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        return try await client.send(HTTPRequest(url: "http://\(address)\(path)", headers: headers))
      }
      let claims = SignedToken.claims(project: "p", issuedAt: SystemWallClock().now().seconds - 5)
      let unsigned = try await SignedToken.make(
        claims, key: .first, header: #"{"alg":"none","typ":"JWT"}"#, method: .none)
      #expect(try await get("/api/orders/1", unsigned).status == 401)
      // The user service is not there, so a good token comes no further than to it.
      let good = try await get("/api/orders/1", try await SignedToken.make(claims, key: .first))
      #expect(good.status == 503)
      #expect(try JSONValue(parsing: good.body)["detail"]?.stringValue?.contains("user-service") == true)
      let ready = try JSONValue(parsing: try await get("/ready").body)["dependencies"]?.arrayValue
      #expect(ready?.contains(["name": "firebase-certificates", "ready": true]) == true)
      gateway.signal(SIGTERM)
      #expect(try await gateway.exitCode() == 0)
    }
  }

  @Test("it does not start with an emulator beside a real project, and shows no secret")
  func mixture() async throws {
    let gateway = try start(["FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099", "FIREBASE_PRIVATE_KEY": "hunter2"])
    var output = ""
    while let line = await gateway.line() { output += line + "\n" }
    #expect(try await gateway.exitCode() == 2)
    #expect(output.contains("FIREBASE_AUTH_EMULATOR_HOST: must not be set beside FIREBASE_PRIVATE_KEY"))
    #expect(!output.contains("hunter2"))
  }
}
