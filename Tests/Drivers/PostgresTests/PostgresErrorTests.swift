import Testing

@testable import Postgres

@Suite("Errors")
struct PostgresErrorTests {
  private func serverError(_ sqlState: String, _ message: String) -> PostgresError {
    var error = PostgresError(.server, message)
    error.sqlState = sqlState
    return error
  }

  @Test("the description names code, table and constraint, but no stored data")
  func blandDescription() {
    var error = serverError("23505", "duplicate key value violates unique constraint \"users_email_key\"")
    error.detail = "Key (email)=(ada@example.org) already exists."
    error.schema = "public"
    error.table = "users"
    error.constraint = "users_email_key"
    #expect("\(error)" == "unique_violation (23505), table \"public.users\", constraint \"users_email_key\"")
    #expect(error.isUniqueViolation)
    #expect(String(reflecting: error).contains("ada@example.org"))
    var dumped = ""
    dump(error, to: &dumped)
    #expect(!dumped.contains("Mirror"))
  }

  @Test("messages of classes that quote values are left out, others are kept")
  func harmlessMessages() {
    #expect(!"\(serverError("22P02", "invalid input syntax for type integer: \"secret\""))".contains("secret"))
    #expect(!"\(serverError("42601", "syntax error at or near \"secret\""))".contains("secret"))
    #expect("\(serverError("42P01", "relation \"orders\" does not exist"))".contains("relation \"orders\""))
    #expect("\(serverError("ZZ999", "secret"))" == "SQLSTATE ZZ999")
  }

  @Test("a script error tells statement, line and column")
  func scriptPosition() {
    var error = serverError("42P01", "relation \"x\" does not exist")
    error.script = .init(statement: 3, line: 10, column: 4)
    #expect("\(error)".hasSuffix("in statement 3 of the script at line 10, column 4"))
  }

  @Test(
    "positions count characters, not bytes",
    arguments: [
      (1, 1, 1), (3, 1, 3), (4, 2, 1), (6, 2, 3), (100, 3, 1),
    ]
  )
  func lineAndColumn(position: Int, line: Int, column: Int) {
    let place = PostgresError.lineAndColumn(ofCharacter: position, in: "üx\nαβγ\n")
    #expect(place.line == line)
    #expect(place.column == column)
  }

  @Test("connection failures are told apart from refusals")
  func connectionFailures() {
    #expect(serverError("57P01", "").isConnectionFailure)
    #expect(serverError("08006", "").isConnectionFailure)
    #expect(!serverError("57014", "").isConnectionFailure)
    #expect(PostgresError(.connection, "").isConnectionFailure)
    #expect(!PostgresError(.timeout, "").isConnectionFailure)
    #expect(serverError("40001", "").isRetryable && serverError("40P01", "").isRetryable)
  }
}
