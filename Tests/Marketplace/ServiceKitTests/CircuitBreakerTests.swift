import Testing

@testable import ServiceKit

@Suite("Circuit breaker")
struct CircuitBreakerTests {
  @Test("a success between failures keeps the circuit closed")
  func successResets() {
    var state = BreakerState(threshold: 2, pause: .seconds(1))
    for success in [false, true, false, true, false] {
      #expect(state.admit(at: .zero) == true)
      state.record(success: success, at: .zero)
    }
    #expect(state.admit(at: .zero) == true)
  }

  @Test("an open circuit admits one probe after the pause, and another when that never reports back")
  func probe() {
    var state = BreakerState(threshold: 1, pause: .seconds(1))
    state.record(success: false, at: .zero)
    #expect(state.admit(at: .milliseconds(999)) == false)
    #expect(state.admit(at: .seconds(1)) == true)
    #expect(state.admit(at: .milliseconds(1500)) == false)
    #expect(state.admit(at: .seconds(2)) == true)
  }

  @Test("a failed probe opens the circuit for another pause")
  func failedProbe() {
    var state = BreakerState(threshold: 1, pause: .seconds(1))
    state.record(success: false, at: .zero)
    #expect(state.admit(at: .seconds(1)) == true)
    state.record(success: false, at: .seconds(1))
    #expect(state.admit(at: .milliseconds(1900)) == false)
    #expect(state.admit(at: .seconds(2)) == true)
  }

  @Test("late failures of calls under way do not prolong an open circuit")
  func lateFailures() {
    var state = BreakerState(threshold: 1, pause: .seconds(1))
    state.record(success: false, at: .zero)
    state.record(success: false, at: .milliseconds(900))
    #expect(state.admit(at: .seconds(1)) == true)
  }
}
