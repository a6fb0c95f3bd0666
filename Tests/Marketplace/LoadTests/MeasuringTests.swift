import Goldens
import JSON
import Testing

@testable import Load

@Suite("Measuring") struct MeasuringTests {
  @Test(
    "percentiles are exact to within one part in 128, at every order of magnitude", arguments: [100, 20_000, 9_000_000])
  func percentiles(span: Int) {
    var choices = SeededChoices(seed: UInt64(span))
    let values = (0..<5000).map { _ in choices.number(0...span) }.sorted()
    var histogram = LatencyHistogram()
    for value in values { histogram.record(.microseconds(value)) }
    for percent in [0.1, 50, 95, 99, 100] {
      let exact = values[max(1, Int((percent / 100 * 5000).rounded(.up))) - 1]
      let measured = Int(histogram.percentile(percent).microseconds)
      #expect(
        measured >= exact && Double(measured) <= Double(exact) * (1 + 1 / 128) + 1,
        "p\(percent): \(measured) for \(exact)")
    }
    #expect(histogram.maximum == .microseconds(values[4999]))
    #expect(histogram.count == 5000)
  }

  @Test("histograms add up, and an empty one has only zeros")
  func sums() {
    var (left, right, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
    for value in 1...100 {
      left.record(.milliseconds(value))
      right.record(.milliseconds(10 * value))
      both.record(.milliseconds(value))
      both.record(.milliseconds(10 * value))
    }
    left.add(right)
    #expect(left == both)
    #expect(LatencyHistogram().percentile(99) == .zero)
  }

  @Test("weights decide how often something is chosen, and zero is never")
  func weights() {
    var choices = SeededChoices(seed: 3)
    var counts = [0, 0, 0]
    for _ in 0..<10_000 {
      let chosen = choices.weighted([(value: 0, weight: 1), (value: 1, weight: 0), (value: 2, weight: 3)])
      if let chosen { counts[chosen] += 1 }
    }
    #expect(counts[1] == 0)
    #expect((2300...2700).contains(counts[0]) && counts[0] + counts[2] == 10_000)
    #expect(choices.weighted([(value: 0, weight: 0)]) == nil)
  }

  @Test("every activity of shoppers has a weight above zero")
  func table() {
    for activity in ShopperActivity.allCases { #expect(activity.weight > 0, "\(activity)") }
  }

  private var report: LoadReport {
    let recorder = LoadRecorder()
    for number in 1...1000 {
      recorder.record(.getProduct, .kept(.null), latency: .microseconds(100 * number), requestID: "r-\(number)")
    }
    recorder.record(.createOrder, .kept(.null), latency: .milliseconds(40), requestID: "r-1001")
    recorder.record(.createOrder, .refused(.soldOut), latency: .milliseconds(12), requestID: "r-1002")
    recorder.record(.createOrder, .refused(.soldOut), latency: .milliseconds(14), requestID: "r-1003")
    recorder.record(.createOrder, .throttled, latency: .milliseconds(1), requestID: "r-1004")
    recorder.record(.createOrder, .unavailable, latency: .milliseconds(2000), requestID: "r-1005")
    recorder.record(.createOrder, .unexpected("500 internal-error"), latency: .milliseconds(5), requestID: "r-1006")
    recorder.record(.createOrder, .unexpected("500 internal-error"), latency: .milliseconds(6), requestID: "r-1007")
    recorder.record(.deleteUser, .unexpected("no answer: timedOut"), latency: .seconds(30), requestID: "r-1008")
    return recorder.report(
      settings: LoadSettings(
        gateway: "", pace: .perSecond(100), duration: .seconds(10), shoppers: 16, seed: 7, name: "test",
        administrator: nil), elapsed: .milliseconds(10_040), isInterrupted: false, unbegun: 0)
  }

  @Test("the table says it all")
  func tableText() throws {
    try expectGolden(report.table, "load.txt")
    #expect(!report.isClean)
  }

  @Test("the JSON says the same")
  func json() throws {
    try expectGolden(report.json.serialized(.pretty) + "\n", "load.json")
  }
}
