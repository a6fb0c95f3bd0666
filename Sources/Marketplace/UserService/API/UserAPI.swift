private import JSON
package import Logging
package import RFC3339
package import ServiceKit

/// What the user service is made of; tests and faults put other parts in.
package struct UserServiceDependencies: Sendable {
  /// The documents.
  package var store: any UserStore
  /// The accounts.
  package var accounts: any Accounts
  /// The time of day.
  package var clock: any WallClock
  /// Where uids and session tokens come from.
  package var ids: any IDGenerator
  /// What pauses between repeated attempts are measured with.
  package var timer: any MonotonicClock
  /// Where failures that nobody waits for are told.
  package var logger: Logger

  /// Puts the parts together.
  package init(
    store: any UserStore, accounts: any Accounts, clock: any WallClock = SystemWallClock(),
    ids: any IDGenerator = RandomIDGenerator(), timer: any MonotonicClock = SystemMonotonicClock(), logger: Logger
  ) {
    self.store = store
    self.accounts = accounts
    self.clock = clock
    self.ids = ids
    self.timer = timer
    self.logger = logger
  }
}

/// The operations of the user service over HTTP.
package struct UserAPI: Sendable {
  let store: any UserStore
  let registration: Registration
  let signIn: SignIn
  let changes: UserChanges
  let clock: any WallClock
  private let logger: Logger

  /// Creates the operations on their dependencies.
  package init(_ dependencies: UserServiceDependencies) {
    let logger = dependencies.logger
    store = dependencies.store
    clock = dependencies.clock
    registration = Registration(
      store: dependencies.store, accounts: dependencies.accounts, clock: dependencies.clock, ids: dependencies.ids,
      timer: dependencies.timer, log: { logger.error("\($0)") })
    signIn = SignIn(
      store: dependencies.store, accounts: dependencies.accounts, clock: dependencies.clock, ids: dependencies.ids)
    changes = UserChanges(store: dependencies.store, accounts: dependencies.accounts, clock: dependencies.clock)
    self.logger = logger
  }

  /// The routes, named by the operationIds of user-service.openapi.yaml.
  package func router() -> Router {
    var router = Router(logError: { [logger] in logger.error("\($0)") })
    router.post("/users", operation: "registerUser", register)
    router.get("/users", operation: "listUsers", list)
    router.get("/users/{uid}", operation: "getUser", get)
    router.patch("/users/{uid}", operation: "updateUser", update)
    router.delete("/users/{uid}", operation: "deleteUser", delete)
    router.get("/users/{uid}/sessions", operation: "listUserSessions", listSessions)
    router.delete("/users/{uid}/sessions", operation: "endUserSessions", endSessions)
    router.post("/sessions", operation: "createSession", createSession)
    router.get("/sessions/{token}", operation: "getSession", masking: ["token"], getSession)
    router.delete("/sessions/{token}", operation: "endSession", masking: ["token"], endSession)
    return router
  }

  static var unknownUser: Problem { .notFound("There is no such user.", kind: "user-not-found") }
}
