import RunModel
import Testing

@testable import Contracts

@Suite("Time budget") struct TimeBudgetCheckTests {
  private typealias Sample = ObservedExchangeSample
  private let check = TimeBudgetCheck()

  @Test("an answer within the budget passes, a later one fails with both times")
  func budget() throws {
    #expect(try Sample.outcome(of: check, 200, .scripted, took: .milliseconds(100)) == .passed)
    let late = try Sample.outcome(of: check, 200, .scripted, took: .milliseconds(250))
    guard case .failed(let failures) = late else { return #expect(Bool(false), "\(late)") }
    #expect(failures.map(\.expected) == ["at most 100 ms"])
    #expect(failures.map(\.actual) == ["250 ms"])
  }

  @Test("without a budget nothing is promised")
  func none() throws {
    #expect(
      try Sample.outcome(of: check, operation: "deleteThing", 204, .scripted, took: .seconds(9)) == .notApplicable)
  }
}
