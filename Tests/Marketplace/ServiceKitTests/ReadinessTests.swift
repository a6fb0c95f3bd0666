import JSON
import Testing

@testable import ServiceKit

@Suite("Health and readiness")
struct ReadinessTests {
  private struct Down: Error {}

  /// A clock whose sleeps end when a test says so: never, unless cancelled.
  private struct PatientClock: MonotonicClock {
    func now() -> Duration { .zero }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: .seconds(600)) }
  }

  private func router(_ checks: [ReadinessCheck], clock: any MonotonicClock = PatientClock()) -> Router {
    var router = Router(logError: { _ in })
    HealthRoutes(service: "s", checks: checks, patience: .seconds(2), clock: clock, log: { _ in }).add(to: &router)
    return router
  }

  @Test("the process is up whatever its dependencies do")
  func health() async {
    let response = await router([ReadinessCheck("db") { throw Down() }]).respond(to: ServiceRequest(target: "/health"))
    #expect(response.status == 200 && response.json == ["status": "up", "service": "s"])
  }

  @Test("a service is ready when all dependencies answer")
  func ready() async {
    let response = await router([ReadinessCheck("db") {}, ReadinessCheck("x") {}])
      .respond(to: ServiceRequest(target: "/ready"))
    #expect(response.status == 200)
    #expect(response.json?["dependencies"] == [["name": "db", "ready": true], ["name": "x", "ready": true]])
  }

  @Test("a dependency that fails is named")
  func notReady() async {
    let checks = [ReadinessCheck("db") {}, ReadinessCheck("x") { throw Down() }]
    let response = await router(checks).respond(to: ServiceRequest(target: "/ready"))
    #expect(response.status == 503 && response.json?["detail"] == "Not answering: x.")
    #expect(response.json?["dependencies"] == [["name": "db", "ready": true], ["name": "x", "ready": false]])
  }

  @Test("a dependency that hangs counts as missing once patience ends")
  func hangs() async {
    let hanging = ReadinessCheck("x") { try await Task.sleep(for: .seconds(600)) }
    let response = await router([hanging], clock: ManualClock()).respond(to: ServiceRequest(target: "/ready"))
    #expect(response.status == 503)
  }
}
