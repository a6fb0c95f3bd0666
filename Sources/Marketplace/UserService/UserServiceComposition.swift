internal import FirebaseAuth
internal import Firestore
internal import HTTP
package import Logging
package import ServiceKit

/// What user-service is made of.
package struct UserServiceParts: ServiceParts {
  /// What the environment says.
  package let settings: UserServiceSettings
  /// What the operations need.
  package var dependencies: UserServiceDependencies
  /// What is put around the routes.
  package var surroundings = Surroundings()

  let http: HTTPClient
}

/// Puts the user service together from its environment.
package enum UserServiceComposition: ServiceComposition {
  /// The name, as the command line takes it.
  package static let name = "user-service"

  /// Reads the settings and connects the service to Firestore and Firebase Auth.
  package static func assemble(environment: [String: String], logger: Logger) throws -> UserServiceParts {
    let settings = try UserServiceSettings(environment: environment)
    let http = HTTPClient()
    let endpoints = settings.firebase.endpoints(http)
    let store = FirestoreUserStore(
      FirestoreClient(http: http, endpoint: endpoints.firestore, project: settings.project, timeout: .seconds(5)))
    let accounts = FirebaseAccounts(
      FirebaseAuthClient(http: http, endpoint: endpoints.auth, project: settings.project, timeout: .seconds(5)))
    return UserServiceParts(
      settings: settings, dependencies: UserServiceDependencies(store: store, accounts: accounts, logger: logger),
      http: http)
  }

  package static func define(_ parts: UserServiceParts) -> ServiceDefinition {
    let dependencies = parts.dependencies
    return ServiceDefinition(
      name: name, host: parts.settings.host, port: parts.settings.port,
      router: UserAPI(dependencies).router().surrounded(by: parts.surroundings),
      readiness: [
        ReadinessCheck("user-store") { try await dependencies.store.checkHealth() },
        ReadinessCheck("firebase-auth") { try await dependencies.accounts.checkHealth() },
      ],
      closing: [{ parts.http.shutdown() }])
  }
}
