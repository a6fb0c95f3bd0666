package import GoogleIdentity

/// How a service reaches the documents and accounts of its users: emulators or a real project, never a mixture.
package enum FirebaseAccess: Sendable {
  /// Google's emulators or our own, by "host:port"; they obey everybody.
  case emulators(firestore: String, auth: String)
  /// A real project.
  case project(FirebaseProjectAccess)
}

/// What a service needs to act in a real Firebase project.
package struct FirebaseProjectAccess: Sendable {
  /// Who the service is, `FIREBASE_CLIENT_EMAIL` and `FIREBASE_PRIVATE_KEY`.
  package let account: ServiceAccount
  /// The web API key with which users sign in, `FIREBASE_API_KEY`.
  package let apiKey: String
  /// Where access tokens come from, `FIREBASE_TOKEN_URL`; Google's endpoint unless set.
  package let tokenURL: String
  /// Where documents are, `FIREBASE_FIRESTORE_URL`; Google's endpoint unless set.
  package let firestoreURL: String
  /// Where accounts are, `FIREBASE_ACCOUNTS_URL`; Google's endpoint unless set.
  package let accountsURL: String
}

/// Whose ID tokens a service believes.
///
/// A real project needs no secret for this: its tokens are verified with public certificates.
package enum FirebaseTokenIssuer: Sendable, Hashable {
  /// The emulator, whose tokens anybody can make.
  case emulator
  /// Google, by the certificates at `FIREBASE_CERTIFICATES_URL`; Google's endpoint unless set.
  case google(certificatesURL: String)
}
