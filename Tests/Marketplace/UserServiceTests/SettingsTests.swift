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
    #expect(settings.port == 3001 && settings.project == "p" && settings.host == "127.0.0.1")
    guard case .emulators("h:1", "h:2") = settings.firebase else {
      Issue.record("\(settings.firebase)")
      return
    }
  }

  @Test("without anything the service refuses to start and says what is missing")
  func nothing() {
    let error = #expect(throws: SettingsError.self) { try UserServiceSettings(environment: [:]) }
    #expect(
      error?.issues.map(\.variable)
        == ["FIREBASE_PROJECT_ID", "FIRESTORE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST"])
  }
}
