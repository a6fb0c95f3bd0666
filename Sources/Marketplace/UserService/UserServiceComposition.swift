private import FirebaseAuth
private import Firestore
private import HTTP
package import Logging
package import ServiceKit

/// Puts the user service together from its environment.
package enum UserServiceComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "user-service"

  /// Reads the settings and connects the service to Firestore and Firebase Auth.
  package static func compose(
    environment: [String: String], logger: Logger
  ) async throws -> ServiceDefinition {
    let settings = try UserServiceSettings(environment: environment)
    let http = HTTPClient()
    let store = FirestoreUserStore(
      FirestoreClient(
        http: http, endpoint: .emulator(settings.firestoreAddress), project: settings.project, timeout: .seconds(5)))
    let accounts = FirebaseAccounts(
      FirebaseAuthClient(
        http: http, emulatorHost: settings.authAddress, project: settings.project, timeout: .seconds(5)))
    let api = UserAPI(UserServiceDependencies(store: store, accounts: accounts, logger: logger))
    return ServiceDefinition(
      name: name, host: settings.host, port: settings.port, router: api.router(),
      readiness: [
        ReadinessCheck("user-store") { try await store.checkHealth() },
        ReadinessCheck("firebase-auth") { try await accounts.checkHealth() },
      ],
      closing: [{ http.shutdown() }])
  }
}
