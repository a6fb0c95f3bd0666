package import ServiceKit

/// The settings of the user service.
package struct UserServiceSettings: Sendable, Hashable {
  /// The address to listen on, `HOST`.
  package let host: String
  /// The port to listen on, `PORT`, 3001 unless set.
  package let port: Int
  /// The Firebase project, `FIREBASE_PROJECT_ID`.
  package let project: String
  /// Where Firestore is, `FIRESTORE_EMULATOR_HOST`.
  package let firestoreAddress: String
  /// Where Firebase Auth is, `FIREBASE_AUTH_EMULATOR_HOST`.
  package let authAddress: String

  /// Reads the settings; a real project is refused, because this version verifies only the emulator's tokens.
  package init(environment: [String: String]) throws(SettingsError) {
    self = try EnvironmentReader.read(environment, for: UserServiceComposition.name) { reader in
      Self(
        host: reader.string("HOST", default: "127.0.0.1"), port: reader.port(default: 3001),
        project: reader.string("FIREBASE_PROJECT_ID"),
        firestoreAddress: reader.emulator("FIRESTORE_EMULATOR_HOST", example: "127.0.0.1:8081"),
        authAddress: reader.emulator("FIREBASE_AUTH_EMULATOR_HOST", example: "127.0.0.1:9099"))
    }
  }

  private init(host: String, port: Int, project: String, firestoreAddress: String, authAddress: String) {
    self.host = host
    self.port = port
    self.project = project
    self.firestoreAddress = firestoreAddress
    self.authAddress = authAddress
  }
}
