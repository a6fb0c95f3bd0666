internal import JSON
private import ServiceKit

extension User {
  /// The user as clients see it.
  var json: JSONValue {
    [
      "uid": .string(uid),
      "email": .string(email),
      "first_name": .string(firstName),
      "last_name": .string(lastName),
      "phone_number": .text(phoneNumber),
      "status": .string(status.rawValue),
      "last_login_at": .time(lastLoginAt),
      "login_count": .integer(Int(loginCount)),
      "email_verified": .bool(emailVerified),
      "profile_completed": .bool(profileCompleted),
      "timezone": .string(timezone),
      "language": .string(language),
      "source": .string(source.rawValue),
      "ip_address": .text(ipAddress),
      "user_agent": .text(userAgent),
      "created_at": .time(createdAt),
      "updated_at": .time(updatedAt),
      "deleted_at": .time(deletedAt),
    ]
  }
}

extension Session {
  /// The session as clients see it.
  var json: JSONObject {
    [
      "session_token": .string(token),
      "user_uid": .string(userUID),
      "device_type": .string(deviceType.rawValue),
      "browser": .text(browser),
      "os": .text(os),
      "ip_address": .text(ipAddress),
      "location_country": .text(locationCountry),
      "location_city": .text(locationCity),
      "is_active": .bool(isActive),
      "last_activity_at": .time(lastActivityAt),
      "created_at": .time(createdAt),
      "expires_at": .time(expiresAt),
    ]
  }
}
