import Postgres
import ServiceKit
import Testing

@Suite("A database that cannot answer now")
struct UnavailabilityTests {
  @Test(
    "waiting for a lock or a statement in vain, and losing against others again and again, may pass",
    arguments: [("55P03", true), ("57014", true), ("40P01", true), ("40001", true), ("57P03", true), ("23505", false)])
  func servers(state: String, isUnavailability: Bool) {
    var error = PostgresError(.server, "")
    error.sqlState = state
    #expect(error.isUnavailability == isUnavailability)
  }
}
