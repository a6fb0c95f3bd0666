internal import HTTP
internal import JSON
internal import RFC3339
internal import ServiceKit
package import UserService

extension UserServiceParts: Breakable {
  /// The name of the service.
  package static let service = UserServiceComposition.name

  /// What can be wrong with user-service.
  package static let faults: [Fault<UserServiceParts>] = [
    Fault(
      "registration-answers-200", "A registration answers 200 where 201 is promised.",
      answers: AlteredAnswer(of: "registerUser", status: 201) { $0.status = 200 }),
    Fault(
      "missing-timezone", "A user has no timezone.",
      answers: AlteredAnswer(of: "getUser", "listUsers", "registerUser", "updateUser", objectsWith: "timezone") {
        $0["timezone"] = nil
      }),
    Fault(
      "login-count-as-text", "A user's login_count is text.",
      answers: AlteredAnswer(of: "getUser", "listUsers", objectsWith: "login_count") { user in
        user["login_count"] = user["login_count"]?.intValue.map { .string("\($0)") }
      }),
    Fault(
      "leaked-password-hash", "A user carries the hash of the password.",
      answers: AlteredAnswer(of: "getUser", objectsWith: "uid") { $0["password_hash"] = "$2b$12$kZ0V3cQ" }),
    Fault(
      "local-times", "Times come without the zone that RFC 3339 demands.",
      answers: AlteredAnswer(of: "getUser", "registerUser", objectsWith: "created_at") { user in
        user["created_at"] = user["created_at"]?.stringValue.map { .string(String($0.dropLast())) }
      }),
    Fault(
      "errors-as-plain-json", "Errors are not sent as application/problem+json.",
      answers: AlteredAnswer(where: { response, _ in response.status >= 400 }) {
        $0.headers.set("Content-Type", "application/json")
      }),
    Fault(
      "endless-pages", "The last page of users names a next one.",
      answers: AlteredAnswer(of: "listUsers", objectsWith: "next_cursor") { page in
        if page["next_cursor"] == .null { page["next_cursor"] = .string(Cursor("zzzz").text) }
      }),
    Fault(
      "swallowed-unknown-user", "Deleting a user who never was succeeds.",
      around: SwallowedRefusal(operation: "deleteUser", status: 404, answer: .noContent)),
    Fault(
      "foreign-sessions", "Whoever knows a session's token may read and end it, and list anybody's sessions.",
      around: UncheckedCaller(of: "getSession", "endSession", "listUserSessions")),
    Fault(
      "longest-name-breaks", "A first name of exactly 100 characters, the most that is allowed, answers 500.",
      caughtBy: .contracts
    ) { $0.dependencies.store = BreaksOnLongestName(sound: $0.dependencies.store) },
    Fault("sign-in-not-counted", "A sign-in does not raise login_count.", caughtBy: .contracts) {
      $0.dependencies.store = DoesNotCountSignIns(sound: $0.dependencies.store)
    },
    Fault("session-for-deleted-user", "A deleted user can still sign in.", caughtBy: .contracts) { parts in
      parts.surroundings.middleware.append(OperationWitness())
      parts.dependencies.store = RevivesAtSignIn(sound: parts.dependencies.store)
      parts.dependencies.accounts = KeepsAccounts(sound: parts.dependencies.accounts)
    },
    Fault("suspended-may-sign-in", "A suspended user can still sign in.", caughtBy: .contracts) { parts in
      parts.surroundings.middleware.append(OperationWitness())
      parts.dependencies.store = RevivesAtSignIn(sound: parts.dependencies.store)
      parts.dependencies.accounts = NeverDisables(sound: parts.dependencies.accounts)
    },
    Fault(
      "hard-deletes-users", "Deleting a user removes the document, and what refers to it points nowhere.",
      caughtBy: .both
    ) { $0.dependencies.store = RemovesDeleted(sound: $0.dependencies.store) },
  ]
}
