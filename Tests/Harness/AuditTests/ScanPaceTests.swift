import Testing

@testable import Audit

@Suite("The pace of scans")
struct ScanPaceTests {
  @Test("rows are due one after the other, whoever reads them")
  func due() throws {
    let start = ContinuousClock.now + .seconds(10)
    let pace = ScanPace(rowsPerSecond: 100)
    #expect(try #require(pace.reserve(50, now: start)) - start == .milliseconds(500))
    #expect(try #require(pace.reserve(50, now: start)) - start == .seconds(1))
  }

  @Test("time that nobody used is not saved up")
  func noBurst() throws {
    let start = ContinuousClock.now + .seconds(10)
    let pace = ScanPace(rowsPerSecond: 100)
    _ = pace.reserve(1, now: start)
    let later = start + .seconds(60)
    #expect(try #require(pace.reserve(100, now: later)) - later == .seconds(1))
  }

  @Test("without a pace nothing waits")
  func none() { #expect(ScanPace().reserve(1_000_000) == nil) }
}
