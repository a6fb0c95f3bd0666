import ServiceKit
import Testing

@testable import UserService

@Suite("Settings of the user service")
struct SettingsTests {
  @Test("everything has a default but the project and the emulators")
  func complete() throws {
    let settings = try UserServiceSettings(environment: [
      "FIREBASE_PROJECT_ID": "p", "FIRESTORE_EMULATOR_HOST": "h:1", "FIREBASE_AUTH_EMULATOR_HOST": "h:2",
    ])
    #expect(settings.port == 3001 && settings.project == "p" && settings.firestoreAddress == "h:1")
    #expect(settings.authAddress == "h:2" && settings.host == "127.0.0.1")
  }

  @Test("without an emulator the service refuses to start and says why")
  func realProject() {
    let environment = ["FIREBASE_PROJECT_ID": "p", "FIREBASE_PRIVATE_KEY": "k"]
    let error = #expect(throws: SettingsError.self) { try UserServiceSettings(environment: environment) }
    #expect(error?.issues.map(\.variable) == ["FIRESTORE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST"])
    #expect(error?.description.contains("RS256 verification is not part of this version") == true)
  }
}
