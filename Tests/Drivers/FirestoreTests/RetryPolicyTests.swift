import Testing

@testable import Firestore

@Suite struct RetryPolicyTests {
  @Test("pauses grow by doubling up to the longest, and chance shortens them")
  func pauses() {
    let longest = RetryPolicy(firstPause: .milliseconds(100), longestPause: .seconds(1), random: { 1 })
    #expect((1...6).map { longest.pause(before: $0) } == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
    #expect(longest.pause(before: 1_000) == .seconds(1))
    let half = RetryPolicy(firstPause: .milliseconds(100), random: { 0.5 })
    #expect(half.pause(before: 2) == .milliseconds(100))
    #expect(RetryPolicy(random: { 0 }).pause(before: 4) == .zero)
  }
}
