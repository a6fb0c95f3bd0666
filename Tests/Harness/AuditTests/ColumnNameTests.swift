import Testing

@testable import Audit

@Suite("Names of columns")
struct ColumnNameTests {
  @Test(
    "words are parted by case, underscores and whatever else",
    arguments: [
      ("buyer_user_id", ["buyer", "user", "id"]), ("buyerUserId", ["buyer", "user", "id"]), ("userID", ["user", "id"]),
      ("SKU", ["sku"]), ("line2Id", ["line2", "id"]), ("__a--b ", ["a", "b"]), ("", []),
    ])
  func words(_ name: String, _ words: [String]) {
    #expect(ColumnName(name).words == words)
  }

  @Test(
    "a column is called after an object",
    arguments: [
      ("user_uid", "users", "uid", true), ("userId", "users", "uid", true), ("buyer_user_id", "users", "id", true),
      ("category_id", "categories", "id", true), ("address_ref", "addresses", "id", true),
      ("box_no", "boxes", "id", true),
      ("session_id", "user_sessions", "session_token", true), ("user_session_token", "user_sessions", "token", true),
      ("user_name", "users", "uid", false), ("id", "users", "id", false), ("uid", "users", "uid", false),
      ("user", "users", "uid", false), ("order_number", "orders", "id", false), ("class_id", "classes", "id", true),
      ("status_id", "stats", "id", false), ("product_id", "users", "id", false),
    ])
  func afterObject(_ column: String, _ object: String, _ key: String, _ isNamed: Bool) {
    #expect(ColumnName(column).names(object, key: key) == isNamed)
  }

  @Test(
    "a column is called like a key of several words",
    arguments: [
      ("session_token", "session_token", true), ("lastSessionToken", "session_token", true), ("token", "token", false),
      ("session", "session_token", false),
    ])
  func likeKey(_ column: String, _ key: String, _ isNamed: Bool) {
    #expect(ColumnName(column).names(key: key) == isNamed)
  }
}
