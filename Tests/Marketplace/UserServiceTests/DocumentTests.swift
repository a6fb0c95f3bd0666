import FirestoreModel
import RFC3339
import Testing

@testable import UserService

@Suite("Firestore documents")
struct DocumentTests {
  private let time = Timestamp(seconds: 1_790_000_000, nanoseconds: 123_456_000)

  private func user(phone: String?) -> User {
    User(
      uid: "u1", email: "a@b.cc", firstName: "Ada", lastName: "L", phoneNumber: phone, status: .suspended,
      lastLoginAt: phone == nil ? nil : time, loginCount: 7, emailVerified: true, timezone: "UTC", language: "en",
      source: .mobile, ipAddress: phone, userAgent: phone, createdAt: time, updatedAt: time,
      deletedAt: phone == nil ? nil : time)
  }

  private var session: Session {
    Session(
      token: "t1", userUID: "u1", deviceType: .tablet, browser: nil, os: "o", ipAddress: "::1", locationCountry: "DE",
      locationCity: nil, isActive: true, lastActivityAt: time, createdAt: time, expiresAt: time)
  }

  private func document(_ path: String, _ fields: [String: FirestoreValue]) throws -> FirestoreDocument {
    FirestoreDocument(name: DatabaseName(project: "p").name(of: try DocumentPath(path)), fields: fields)
  }

  @Test("a user comes back from its document as it was", arguments: [nil, "+4930123456"])
  func userRoundTrip(phone: String?) throws {
    let user = user(phone: phone)
    #expect(try User(document("users/u1", user.fields)) == user)
    #expect(user.fields.count == 17 && user.fields["profile_completed"] == .boolean(phone != nil))
  }

  @Test("a session comes back from its document as it was")
  func sessionRoundTrip() throws {
    #expect(try Session(document("user_sessions/t1", session.fields)) == session)
    #expect(session.fields.count == 11)
  }

  @Test("optional fields may be missing, others may not, and the field is named")
  func shapes() throws {
    var fields = user(phone: nil).fields
    fields["phone_number"] = nil
    #expect(try User(document("users/u1", fields)).phoneNumber == nil)
    fields["login_count"] = .double(7)
    #expect(throws: UserStoreError.refused("users/u1: login_count is not an integer")) {
      try User(document("users/u1", fields))
    }
    fields["login_count"] = .integer(7)
    fields["status"] = .string("asleep")
    #expect(throws: UserStoreError.refused("users/u1: status is not one of the known values")) {
      try User(document("users/u1", fields))
    }
  }

  @Test(
    "ids that Firestore reserves or cannot hold are known",
    arguments: ["", ".", "..", "a/b", "__x__", "____", "\0", "__\u{301}x__"])
  func invalidIDs(id: String) {
    #expect(!DocumentID.isValid(id))
  }

  @Test("other ids are valid", arguments: ["a", "__x", "_", "___", "ü", "Qm7sTbYx2RkUe9LwPz4HcVf1NaGd"])
  func validIDs(id: String) {
    #expect(DocumentID.isValid(id))
  }
}
