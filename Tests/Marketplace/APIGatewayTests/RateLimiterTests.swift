import Testing

@testable import APIGateway

@Suite("Rate limit")
struct RateLimiterTests {
  @Test("a burst passes at once, then one request per interval")
  func bucket() {
    var state = RateLimiterState(perSecond: 2, burst: 3, maximumKeys: 10)
    let burst = (0..<3).map { _ in state.admit("a", at: .seconds(100)) }
    #expect(burst == [nil, nil, nil])
    let refused = state.admit("a", at: .seconds(100))
    let tooEarly = state.admit("a", at: .milliseconds(100_499))
    let inTime = state.admit("a", at: .milliseconds(100_500))
    #expect(refused == 1 && tooEarly == 1 && inTime == nil)
  }

  @Test("a refusal says when to come back, rounded up")
  func retryAfter() {
    var state = RateLimiterState(perSecond: 1, burst: 1, maximumKeys: 10)
    let answers = [0, 0, 400].map { state.admit("a", at: .milliseconds($0)) }
    #expect(answers == [nil, 1, 1])
  }

  @Test("an idle bucket fills up, but never beyond the burst")
  func refill() {
    var state = RateLimiterState(perSecond: 10, burst: 2, maximumKeys: 10)
    let first = (0..<2).map { _ in state.admit("a", at: .zero) }
    let later = (0..<3).map { _ in state.admit("a", at: .seconds(60)) }
    #expect(first == [nil, nil] && later == [nil, nil, 1])
  }

  @Test("the number of buckets is bounded, and full ones are forgotten first")
  func bound() {
    var state = RateLimiterState(perSecond: 1, burst: 1, maximumKeys: 3)
    _ = state.admit("busy", at: .milliseconds(9900))
    _ = state.admit("idle 1", at: .zero)
    _ = state.admit("idle 2", at: .zero)
    let newcomer = state.admit("new", at: .seconds(10))
    let busy = state.admit("busy", at: .seconds(10))
    #expect(newcomer == nil && busy == 1)
  }
}
