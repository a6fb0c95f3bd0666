internal import FirestoreModel
private import RFC3339

extension User {
  /// The document of the collection `users`; the uid is its id.
  var fields: [String: FirestoreValue] {
    [
      "email": .string(email),
      "first_name": .string(firstName),
      "last_name": .string(lastName),
      "phone_number": .text(phoneNumber),
      "status": .string(status.rawValue),
      "last_login_at": .time(lastLoginAt),
      "login_count": .integer(loginCount),
      "email_verified": .boolean(emailVerified),
      "profile_completed": .boolean(profileCompleted),
      "timezone": .string(timezone),
      "language": .string(language),
      "source": .string(source.rawValue),
      "ip_address": .text(ipAddress),
      "user_agent": .text(userAgent),
      "created_at": .timestamp(createdAt),
      "updated_at": .timestamp(updatedAt),
      "deleted_at": .time(deletedAt),
    ]
  }

  /// Reads a document of the collection `users`.
  init(_ document: FirestoreDocument) throws(UserStoreError) {
    let reader = DocumentReader(document)
    self.init(
      uid: document.name.path.id,
      email: try reader.text("email"),
      firstName: try reader.text("first_name"),
      lastName: try reader.text("last_name"),
      phoneNumber: try reader.optionalText("phone_number"),
      status: try reader.choice("status"),
      lastLoginAt: try reader.optionalTime("last_login_at"),
      loginCount: try reader.integer("login_count"),
      emailVerified: try reader.boolean("email_verified"),
      timezone: try reader.text("timezone"),
      language: try reader.text("language"),
      source: try reader.choice("source"),
      ipAddress: try reader.optionalText("ip_address"),
      userAgent: try reader.optionalText("user_agent"),
      createdAt: try reader.time("created_at"),
      updatedAt: try reader.time("updated_at"),
      deletedAt: try reader.optionalTime("deleted_at"))
  }
}

extension Session {
  /// The document of the collection `user_sessions`; the token is its id.
  var fields: [String: FirestoreValue] {
    [
      "user_uid": .string(userUID),
      "device_type": .string(deviceType.rawValue),
      "browser": .text(browser),
      "os": .text(os),
      "ip_address": .text(ipAddress),
      "location_country": .text(locationCountry),
      "location_city": .text(locationCity),
      "is_active": .boolean(isActive),
      "last_activity_at": .timestamp(lastActivityAt),
      "created_at": .timestamp(createdAt),
      "expires_at": .timestamp(expiresAt),
    ]
  }

  /// Reads a document of the collection `user_sessions`.
  init(_ document: FirestoreDocument) throws(UserStoreError) {
    let reader = DocumentReader(document)
    self.init(
      token: document.name.path.id,
      userUID: try reader.text("user_uid"),
      deviceType: try reader.choice("device_type"),
      browser: try reader.optionalText("browser"),
      os: try reader.optionalText("os"),
      ipAddress: try reader.optionalText("ip_address"),
      locationCountry: try reader.optionalText("location_country"),
      locationCity: try reader.optionalText("location_city"),
      isActive: try reader.boolean("is_active"),
      lastActivityAt: try reader.time("last_activity_at"),
      createdAt: try reader.time("created_at"),
      expiresAt: try reader.time("expires_at"))
  }
}

/// Reads fields of a document by type; a document of another shape is an error that names the field.
private struct DocumentReader {
  private let document: FirestoreDocument

  init(_ document: FirestoreDocument) { self.document = document }

  func text(_ field: String) throws(UserStoreError) -> String {
    guard case .string(let text) = document.fields[field] else { throw mismatch(field, "a string") }
    return text
  }

  func optionalText(_ field: String) throws(UserStoreError) -> String? {
    isAbsent(field) ? nil : try text(field)
  }

  func integer(_ field: String) throws(UserStoreError) -> Int64 {
    guard case .integer(let integer) = document.fields[field] else { throw mismatch(field, "an integer") }
    return integer
  }

  func boolean(_ field: String) throws(UserStoreError) -> Bool {
    guard case .boolean(let boolean) = document.fields[field] else { throw mismatch(field, "a boolean") }
    return boolean
  }

  func time(_ field: String) throws(UserStoreError) -> Timestamp {
    guard case .timestamp(let time) = document.fields[field] else { throw mismatch(field, "a timestamp") }
    return time
  }

  func optionalTime(_ field: String) throws(UserStoreError) -> Timestamp? {
    isAbsent(field) ? nil : try time(field)
  }

  func choice<E: RawRepresentable<String>>(_ field: String) throws(UserStoreError) -> E {
    guard let choice = E(rawValue: try text(field)) else { throw mismatch(field, "one of the known values") }
    return choice
  }

  private func isAbsent(_ field: String) -> Bool {
    switch document.fields[field] {
    case nil, .null?: true
    default: false
    }
  }

  private func mismatch(_ field: String, _ expected: String) -> UserStoreError {
    .refused("\(document.name.path): \(field) is not \(expected)")
  }
}

extension FirestoreValue {
  fileprivate static func text(_ text: String?) -> FirestoreValue { text.map(FirestoreValue.string) ?? .null }

  fileprivate static func time(_ time: Timestamp?) -> FirestoreValue {
    time.map(FirestoreValue.timestamp) ?? .null
  }
}
