import OrderService
import Testing

@Suite("Settling sagas")
struct SagaSettlementTests {
  @Test("the pause after a failed attempt doubles from a quarter of a second up to half a minute")
  func backsOff() {
    #expect(SagaSettlement.delay(afterAttempt: 1) == .milliseconds(250))
    #expect(SagaSettlement.delay(afterAttempt: 2) == .milliseconds(500))
    #expect(SagaSettlement.delay(afterAttempt: 4) == .seconds(2))
    #expect(SagaSettlement.delay(afterAttempt: 8) == .seconds(30))
    #expect(SagaSettlement.delay(afterAttempt: 1_000_000) == .seconds(30))
    #expect(SagaSettlement.delay(afterAttempt: 0) == .milliseconds(250))
  }
}
