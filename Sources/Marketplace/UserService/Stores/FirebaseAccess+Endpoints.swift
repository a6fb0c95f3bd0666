internal import FirebaseAuth
internal import Firestore
internal import GoogleIdentity
internal import HTTP
internal import ServiceKit

extension FirebaseAccess {
  /// Where Firestore and Firebase Auth are, and what proves to both who asks.
  func endpoints(_ http: HTTPClient) -> (firestore: FirestoreEndpoint, auth: FirebaseAuthEndpoint) {
    switch self {
    case .emulators(let firestore, let auth):
      return (.emulator(firestore), .emulator(auth))
    case .project(let project):
      let tokens = ServiceAccountTokens(
        http: http, account: project.account,
        scopes: [ServiceAccountTokens.firestoreScope, ServiceAccountTokens.accountsScope], url: project.tokenURL)
      return (
        .production(tokens: tokens, baseURL: project.firestoreURL),
        .production(apiKey: project.apiKey, administrator: tokens, baseURL: project.accountsURL)
      )
    }
  }
}
