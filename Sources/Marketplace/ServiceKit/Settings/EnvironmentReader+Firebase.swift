internal import FirebaseAuth
internal import Firestore
internal import GoogleIdentity

extension EnvironmentReader {
  private static let firestoreEmulator = "FIRESTORE_EMULATOR_HOST"
  private static let authEmulator = "FIREBASE_AUTH_EMULATOR_HOST"

  /// Variables that only make sense for a real project.
  private static let ofProject = [
    "FIREBASE_CLIENT_EMAIL", "FIREBASE_PRIVATE_KEY", "FIREBASE_API_KEY", "FIREBASE_TOKEN_URL",
    "FIREBASE_FIRESTORE_URL", "FIREBASE_ACCOUNTS_URL", "FIREBASE_CERTIFICATES_URL",
  ]

  /// How to reach the documents and accounts of users.
  ///
  /// Either both `FIRESTORE_EMULATOR_HOST` and `FIREBASE_AUTH_EMULATOR_HOST`, or all of `FIREBASE_CLIENT_EMAIL`,
  /// `FIREBASE_PRIVATE_KEY` and `FIREBASE_API_KEY`. The addresses of Google's services can be exchanged by
  /// `FIREBASE_TOKEN_URL`, `FIREBASE_FIRESTORE_URL` and `FIREBASE_ACCOUNTS_URL`, which tests need.
  package func firebaseAccess() -> FirebaseAccess {
    // Nobody uses the stand-in, because `read` throws.
    let standIn = FirebaseAccess.emulators(firestore: "", auth: "")
    switch firebaseKind() {
    case .mixture:
      return standIn
    case .emulators:
      return .emulators(
        firestore: emulator(Self.firestoreEmulator, example: "127.0.0.1:8081"),
        auth: emulator(Self.authEmulator, example: "127.0.0.1:9099"))
    case .unknown:
      let remedy =
        "is required; for a real project set FIREBASE_CLIENT_EMAIL, FIREBASE_PRIVATE_KEY and FIREBASE_API_KEY"
      problem(Self.firestoreEmulator, remedy)
      problem(Self.authEmulator, remedy)
      return standIn
    case .project:
      return project().map { .project($0) } ?? standIn
    }
  }

  /// Whose ID tokens to believe: the emulator's where `FIREBASE_AUTH_EMULATOR_HOST` is set, else Google's.
  ///
  /// The emulator itself is not called: its presence says that unsigned tokens are what to expect. The address of the
  /// certificates can be exchanged by `FIREBASE_CERTIFICATES_URL`, which tests need.
  package func firebaseTokenIssuer() -> FirebaseTokenIssuer {
    guard firebaseKind() != .mixture else { return .emulator }
    if optional(Self.authEmulator) != nil {
      _ = hostAndPort(Self.authEmulator)
      return .emulator
    }
    return .google(
      certificatesURL: endpoint("FIREBASE_CERTIFICATES_URL", default: GoogleCertificates.productionURL))
  }

  // MARK: -

  private enum Kind {
    case emulators, project, mixture, unknown
  }

  /// What the variables speak of; a mixture is refused, because an emulator's tokens prove nothing to a real project.
  private func firebaseKind() -> Kind {
    let emulators = [Self.firestoreEmulator, Self.authEmulator].filter { optional($0) != nil }
    let project = Self.ofProject.filter { optional($0) != nil }
    guard !emulators.isEmpty else { return project.isEmpty ? .unknown : .project }
    guard !project.isEmpty else { return .emulators }
    for name in emulators {
      problem(
        name,
        "must not be set beside \(project.joined(separator: ", ")): an emulator's tokens are signed by nobody, so a "
          + "service takes either an emulator or a real project")
    }
    return .mixture
  }

  private func emulator(_ name: String, example: String) -> String {
    if optional(name) != nil { return hostAndPort(name) ?? "" }
    problem(name, "is required, such as \(example)")
    return ""
  }

  private func project() -> FirebaseProjectAccess? {
    let email = string("FIREBASE_CLIENT_EMAIL")
    let privateKey = string("FIREBASE_PRIVATE_KEY")
    let apiKey = string("FIREBASE_API_KEY")
    let account = ServiceAccount(email: email, privateKey: privateKey)
    if account == nil, !privateKey.isEmpty {
      problem("FIREBASE_PRIVATE_KEY", "must be an RSA key of at least 2048 bits in PEM; \\n may stand for line breaks")
    }
    let tokenURL = endpoint("FIREBASE_TOKEN_URL", default: ServiceAccountTokens.productionURL)
    let firestoreURL = endpoint("FIREBASE_FIRESTORE_URL", default: FirestoreEndpoint.productionURL)
    let accountsURL = endpoint("FIREBASE_ACCOUNTS_URL", default: FirebaseAuthEndpoint.productionURL)
    guard let account else { return nil }
    return FirebaseProjectAccess(
      account: account, apiKey: apiKey, tokenURL: tokenURL, firestoreURL: firestoreURL, accountsURL: accountsURL)
  }

  /// The address of one of Google's services: https, or http where nobody can listen in, on the loopback interface.
  private func endpoint(_ name: String, default fallback: String) -> String {
    var url = string(name, default: fallback)
    while url.last == "/" { url.removeLast() }
    let parts = url.split(separator: "://", maxSplits: 1)
    let authority = parts.count == 2 ? parts[1].prefix { $0 != "/" } : ""
    let isLocal = ["127.0.0.1", "localhost", "[::1]"].contains { host in
      authority == host || authority.hasPrefix("\(host):")
    }
    let isWellFormed =
      StringRule.httpURL.matches(url) && !authority.contains("@") && !url.contains { "?#\\".contains($0) }
    if !isWellFormed || !(url.hasPrefix("https://") || isLocal) {
      problem(name, "must be an https URL without credentials and query; http only on the loopback interface")
    }
    return url
  }
}
