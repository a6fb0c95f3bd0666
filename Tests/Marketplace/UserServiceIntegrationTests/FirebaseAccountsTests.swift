import FirebaseAuth
import GoogleStandIn
import HTTP
import ScriptedServer
import ServiceKit
import Testing

@testable import UserService

@Suite("What Firebase Auth's refusals mean to the user service")
struct FirebaseAccountsTests {
  private func error(_ status: String, _ body: String) async throws -> AccountError? {
    try await GoogleEndpoint(.raw(status, body: body)).run { server in
      let client = FirebaseAuthClient(http: HTTPClient(), emulatorHost: server.address, project: "p")
      do throws(AccountError) {
        _ = try await FirebaseAccounts(client).signIn(email: "ada@example.com", password: "hunter2")
        return nil
      } catch {
        return error
      }
    }
  }

  @Test("who guesses passwords is told to wait, with 429")
  func tooManyAttempts() async throws {
    let body = #"{"error":{"code":400,"message":"TOO_MANY_ATTEMPTS_TRY_LATER : Access was disabled for a while."}}"#
    let error = try await error("400 Bad Request", body)
    #expect(error == .tooManyAttempts)
    #expect(error?.problem.status == 429 && error?.problem.headers["Retry-After"] == "60")
  }

  @Test("a used-up quota is Firebase's absence, a refused key a defect of ours")
  func quota() async throws {
    let quota = #"{"error":{"code":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED"}}"#
    #expect(try await error("429 Too Many Requests", quota)?.problem.status == 503)
    let key = #"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}"#
    #expect(try await error("400 Bad Request", key)?.problem.status == 500)
  }
}
