private import HTTP
private import JSON
internal import ServiceKit

extension UserAPI {
  @Sendable func register(_ request: ServiceRequest) async throws -> ServiceResponse {
    let application = try await request.decode { fields in
      Registration.Application(
        email: fields.string("email", length: 3...254, rule: .email),
        password: fields.string("password", length: 8...128),
        firstName: fields.string("first_name", length: 1...100, rule: .notBlank),
        lastName: fields.string("last_name", length: 1...100, rule: .notBlank),
        phoneNumber: fields.optionalString("phone_number", length: 8...16, rule: .phone),
        timezone: fields.optionalString("timezone", length: 1...64, rule: .timeZone) ?? "UTC",
        language: fields.optionalString("language", length: 2...35, rule: .languageTag) ?? "en",
        source: fields.optionalChoice("source", UserSource.self) ?? .web,
        ipAddress: request.clientAddress,
        userAgent: request.headers["User-Agent"].map { String($0.prefix(512)) })
    }
    let user = try await registration.register(application)
    return .created(user.json, location: "/users/\(ServiceClient.segment(user.uid))")
  }

  @Sendable func list(_ request: ServiceRequest) async throws -> ServiceResponse {
    try request.caller.requireAdmin()
    let (status, paging) = try request.readQuery { query in
      (query.optionalChoice("status", UserStatus.self), query.paging())
    }
    let after = try Self.position(paging)
    let users = try await store.users(status: status, after: after, limit: paging.limit + 1)
    let page = users.prefix(paging.limit)
    let next = users.count > paging.limit ? page.last.map { Cursor(.string($0.uid)) } : nil
    return .page(page.map(\.json), next: next)
  }

  /// A deleted user exists for administrators only.
  @Sendable func get(_ request: ServiceRequest) async throws -> ServiceResponse {
    let uid = try request.pathText("uid")
    try request.caller.requireAccess(to: uid)
    guard let user = try await store.user(uid)?.user, user.status != .deleted || request.caller.isAdmin else {
      throw Self.unknownUser
    }
    return .json(user.json)
  }

  @Sendable func update(_ request: ServiceRequest) async throws -> ServiceResponse {
    let uid = try request.pathText("uid")
    try request.caller.requireAccess(to: uid)
    let update = try await request.decode { fields in
      let update = UserChanges.Update(
        firstName: fields.patchText("first_name", length: 1...100, rule: .notBlank),
        lastName: fields.patchText("last_name", length: 1...100, rule: .notBlank),
        phoneNumber: fields.patch("phone_number") { fields.string($0, length: 8...16, rule: .phone) },
        timezone: fields.patchText("timezone", length: 1...64, rule: .timeZone),
        language: fields.patchText("language", length: 2...35, rule: .languageTag),
        status: fields.isPresent("status") ? fields.choice("status", SettableStatus.self).status : nil)
      fields.requireAnyField()
      return update
    }
    if update.status != nil { try request.caller.requireAdmin() }
    guard let user = try await changes.update(uid, update) else { throw Self.unknownUser }
    return .json(user.json)
  }

  @Sendable func delete(_ request: ServiceRequest) async throws -> ServiceResponse {
    let uid = try request.pathText("uid")
    try request.caller.requireAccess(to: uid)
    guard try await changes.delete(uid) else { throw Self.unknownUser }
    return .noContent
  }

  /// The sort key of a cursor whose only field is a document id.
  static func position(_ paging: Paging) throws -> String? {
    guard let cursor = paging.cursor else { return nil }
    guard cursor.fields.count == 1, let id = cursor.fields[0].stringValue, DocumentID.isValid(id) else {
      throw Cursor.invalid
    }
    return id
  }
}

/// The states an administrator can set; deletion is an operation of its own.
private enum SettableStatus: String, CaseIterable {
  case active
  case suspended

  var status: UserStatus { self == .active ? .active : .suspended }
}

extension ObjectReader {
  /// A field of a partial update that may be absent, but not null.
  fileprivate func patchText(_ key: String, length: ClosedRange<Int>, rule: StringRule) -> String? {
    isPresent(key) ? string(key, length: length, rule: rule) : nil
  }
}
