package import ServiceKit

/// The settings of the user service.
package struct UserServiceSettings: Sendable {
  /// The address to listen on, `HOST`.
  package let host: String
  /// The port to listen on, `PORT`, 3001 unless set.
  package let port: Int
  /// The Firebase project, `FIREBASE_PROJECT_ID`.
  package let project: String
  /// Where Firestore and Firebase Auth are: emulators, or a real project's with what proves who asks.
  package let firebase: FirebaseAccess

  /// Reads the settings.
  package init(environment: [String: String]) throws(SettingsError) {
    self = try EnvironmentReader.read(environment, for: UserServiceComposition.name) { reader in
      Self(
        host: reader.string("HOST", default: "127.0.0.1"), port: reader.port(default: 3001),
        project: reader.string("FIREBASE_PROJECT_ID"), firebase: reader.firebaseAccess())
    }
  }

  private init(host: String, port: Int, project: String, firebase: FirebaseAccess) {
    self.host = host
    self.port = port
    self.project = project
    self.firebase = firebase
  }
}
