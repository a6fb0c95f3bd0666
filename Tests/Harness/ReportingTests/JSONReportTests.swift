import JSON
import RunModel
import Testing

@testable import Reporting

@Suite("run.json") struct JSONReportTests {
  /// Paths of all nulls.
  private func nulls(in value: JSONValue, at path: String = "") -> [String] {
    switch value {
    case .null: [path]
    case .object(let object): object.flatMap { nulls(in: $0.value, at: "\(path)/\($0.key)") }
    case .array(let values): values.flatMap { nulls(in: $0, at: path) }
    case .bool, .number, .string: []
    }
  }

  @Test("what is absent is left out; null stands for NULL in the data alone")
  func absence() throws {
    let json = try JSONValue(parsing: JSONReport().render(SampleRun.troubled()))
    #expect(Set(nulls(in: json)) == ["/audit/rules/result/findings/values/note"])
    let clean = try JSONValue(parsing: JSONReport().render(SampleRun.clean()))
    #expect(nulls(in: clean) == [])
    #expect(clean["run"]?["dataset"] == nil)
  }

  @Test("a run without contracts or audit has no such section")
  func sections() throws {
    let events = try SampleRun.cleanEvents()
    let withoutAudit = events.filter { event in
      switch event {
      case .auditPlanned, .ruleFinished: false
      default: true
      }
    }
    let json = try JSONValue(parsing: JSONReport().render(SampleRun.record(of: withoutAudit)))
    #expect(json["audit"] == nil)
    #expect(json["contracts"]?["suites"]?[0]?["cases"] == ["create-order"])
  }

  @Test("everything that the page shows is there")
  func completeness() throws {
    let json = JSONReport().render(try SampleRun.troubled())
    for text in [
      "died: signal 9 (SIGKILL)", "never-reached", "Place an order", "contracts/apis/shop.openapi.yaml:210:13",
      "GET /orders/1 418 <script>", "ghost<1>", "readTime 2026-11-18T11:06:40Z", "batchGet users (1 request)",
      "Restore the user or anonymise the orders.", "Check its time service.", "user_uid <> ''",
      "orders-db: connection lost after 4,000 rows", "Bearer ••••", "listOrders", "127.0.0.1:5434/orders",
    ] {
      #expect(json.contains(JSONValue.string(text).serialized().dropFirst().dropLast()), "\(text)")
    }
    let parsed = try JSONValue(parsing: json)
    #expect(parsed["contracts"]?["missing"] == [["suite": "place-order", "name": "never-reached"]])
    #expect(parsed["components"]?[1]?["readyAfterMilliseconds"] == 42)
    #expect(parsed["contracts"]?["cases"]?[1]?["failures"]?[0]?["subject"] == ["part": "body", "pointer": "/total"])
  }

  @Test(
    "durations are milliseconds with three decimals, exactly, and never negative",
    arguments: [
      (Duration.zero, "0.000"), (.microseconds(1), "0.001"), (.microseconds(1_234_567), "1234.567"),
      (.nanoseconds(999), "0.000"), (.seconds(90_000), "90000000.000"), (.milliseconds(-5), "0.000"),
    ])
  func durations(duration: Duration, lexeme: String) { #expect(JSONValue.duration(duration).serialized() == lexeme) }
}
