import GoogleIdentity
import GoogleStandIn
import Testing

@testable import ServiceKit

@Suite("Settings of Firebase")
struct FirebaseSettingsTests {
  private static let emulators = ["FIRESTORE_EMULATOR_HOST": "h:1", "FIREBASE_AUTH_EMULATOR_HOST": "h:2"]
  private static let project = [
    "FIREBASE_CLIENT_EMAIL": "shop@demo.example", "FIREBASE_PRIVATE_KEY": SigningKey.first.privateKey,
    "FIREBASE_API_KEY": "AIza-secret",
  ]

  private func access(_ environment: [String: String]) throws(SettingsError) -> FirebaseAccess {
    try EnvironmentReader.read(environment, for: "test") { $0.firebaseAccess() }
  }

  private func issuer(_ environment: [String: String]) throws(SettingsError) -> FirebaseTokenIssuer {
    try EnvironmentReader.read(environment, for: "test") { $0.firebaseTokenIssuer() }
  }

  @Test("two emulators are emulators")
  func twoEmulators() throws {
    guard case .emulators("h:1", "h:2") = try access(Self.emulators) else {
      Issue.record("must be emulators")
      return
    }
    #expect(try issuer(Self.emulators) == .emulator)
  }

  @Test("an account and an API key are a project, with Google's addresses unless others are given")
  func realProject() throws {
    guard case .project(let project) = try access(Self.project) else {
      Issue.record("must be a project")
      return
    }
    #expect(project.account.email == "shop@demo.example" && project.apiKey == "AIza-secret")
    #expect(project.tokenURL == "https://oauth2.googleapis.com/token")
    #expect(project.firestoreURL == "https://firestore.googleapis.com")
    #expect(project.accountsURL == "https://identitytoolkit.googleapis.com")
    let others = Self.project.merging([
      "FIREBASE_TOKEN_URL": "http://127.0.0.1:1/token", "FIREBASE_FIRESTORE_URL": "http://localhost:2/",
      "FIREBASE_ACCOUNTS_URL": "http://[::1]:3/a",
    ]) { $1 }
    guard case .project(let elsewhere) = try access(others) else {
      Issue.record("must be a project")
      return
    }
    #expect(elsewhere.tokenURL == "http://127.0.0.1:1/token" && elsewhere.firestoreURL == "http://localhost:2")
    #expect(elsewhere.accountsURL == "http://[::1]:3/a")
  }

  @Test("tokens of a real project need no secret to be verified")
  func publicCertificates() throws {
    #expect(try issuer([:]) == .google(certificatesURL: GoogleCertificates.productionURL))
    #expect(try issuer(Self.project) == .google(certificatesURL: GoogleCertificates.productionURL))
    #expect(
      try issuer(["FIREBASE_CERTIFICATES_URL": "http://127.0.0.1:9/c"])
        == .google(certificatesURL: "http://127.0.0.1:9/c"))
  }

  @Test(
    "an emulator beside anything of a real project is refused, because its tokens are signed by nobody",
    arguments: ["FIRESTORE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST"],
    [
      "FIREBASE_CLIENT_EMAIL", "FIREBASE_PRIVATE_KEY", "FIREBASE_API_KEY", "FIREBASE_TOKEN_URL",
      "FIREBASE_FIRESTORE_URL", "FIREBASE_ACCOUNTS_URL", "FIREBASE_CERTIFICATES_URL",
    ])
  func mixture(emulator: String, variable: String) {
    let environment = [emulator: "127.0.0.1:1", variable: "https://secret.example"]
    for error in [
      #expect(throws: SettingsError.self) { try access(environment) },
      #expect(throws: SettingsError.self) { try issuer(environment) },
    ] {
      #expect(error?.issues.map(\.variable) == [emulator])
      #expect(error?.issues.first?.message.hasPrefix("must not be set beside \(variable):") == true)
      #expect(error?.description.contains("secret") == false)
    }
  }

  @Test("what is missing of a project or of the emulators is told by name")
  func missing() {
    for variable in Self.project.keys {
      var environment = Self.project
      environment[variable] = nil
      let error = #expect(throws: SettingsError.self) { try access(environment) }
      #expect(error?.issues.map { "\($0.variable) \($0.message)" } == ["\(variable) is required"])
    }
    for variable in Self.emulators.keys {
      var environment = Self.emulators
      environment[variable] = nil
      let error = #expect(throws: SettingsError.self) { try access(environment) }
      #expect(error?.issues.map(\.variable) == [variable])
    }
    let error = #expect(throws: SettingsError.self) { try access([:]) }
    #expect(error?.issues.map(\.variable) == ["FIRESTORE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST"])
    #expect(error?.issues.allSatisfy { $0.message.contains("FIREBASE_PRIVATE_KEY") } == true)
  }

  @Test("values that cannot be right are told by name, and never shown")
  func malformed() {
    let key = #expect(throws: SettingsError.self) {
      try access(Self.project.merging(["FIREBASE_PRIVATE_KEY": "hunter2"]) { $1 })
    }
    #expect(key?.issues.map(\.variable) == ["FIREBASE_PRIVATE_KEY"])
    #expect(key?.description.contains("hunter2") == false)
    let host = #expect(throws: SettingsError.self) { try issuer(["FIREBASE_AUTH_EMULATOR_HOST": "http://h:1"]) }
    #expect(host?.issues.map(\.variable) == ["FIREBASE_AUTH_EMULATOR_HOST"])
  }

  @Test(
    "an address of Google's must be https, or http where nobody can listen in",
    arguments: [
      "http://example.com", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://127.0.0.2",
      "http://127.0.0.1@example.com", "http://localhost:1@example.com", "https://user:hunter2@example.com",
      "https://example.com?x", "https://example.com#x", "ftp://127.0.0.1", "127.0.0.1:1", "https://", "https:// x",
      "http://[::1", "http://127.0.0.1\\@example.com",
    ])
  func addresses(_ address: String) {
    for variable in ["FIREBASE_TOKEN_URL", "FIREBASE_FIRESTORE_URL", "FIREBASE_ACCOUNTS_URL"] {
      let error = #expect(throws: SettingsError.self) { try access(Self.project.merging([variable: address]) { $1 }) }
      #expect(error?.issues.map(\.variable) == [variable])
      #expect(error?.description.contains("hunter2") == false)
    }
    let error = #expect(throws: SettingsError.self) { try issuer(["FIREBASE_CERTIFICATES_URL": address]) }
    #expect(error?.issues.map(\.variable) == ["FIREBASE_CERTIFICATES_URL"])
  }
}
