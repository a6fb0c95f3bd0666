package import JSON
private import ServiceKit

extension LoadReport {
  /// The report for programs; durations in milliseconds.
  package var json: JSONValue {
    [
      "pace": pace.json,
      "shoppers": .integer(shoppers),
      "seed": .string("\(seed)"),
      "elapsed_ms": Self.milliseconds(elapsed),
      "interrupted": .bool(isInterrupted),
      "unbegun": .integer(unbegun),
      "clean": .bool(isClean),
      "total": json(total),
      "operations": .object(JSONObject(rows.map { ($0.operation.rawValue, json($0.figures)) })),
      "refused": Self.json(refusals),
      "unexpected": Self.json(surprises),
      "samples": .array(
        samples.map { sample in
          [
            "request_id": .string(sample.requestID), "operation": .string(sample.occasion.operation.rawValue),
            "answer": .string(sample.occasion.what),
          ]
        }),
    ]
  }

  private func json(_ figures: LoadFigures) -> JSONValue {
    [
      "calls": .integer(figures.calls),
      "per_second": Self.number(perSecond(figures)),
      "p50_ms": Self.milliseconds(figures.latencies.percentile(50)),
      "p95_ms": Self.milliseconds(figures.latencies.percentile(95)),
      "p99_ms": Self.milliseconds(figures.latencies.percentile(99)),
      "max_ms": Self.milliseconds(figures.latencies.maximum),
      "refused": .integer(figures.refused),
      "throttled": .integer(figures.throttled),
      "unavailable": .integer(figures.unavailable),
      "unexpected": .integer(figures.unexpected),
    ]
  }

  private static func json(_ counts: [Occasion: Int]) -> JSONValue {
    .array(
      sorted(counts).map { occasion, count in
        [
          "operation": .string(occasion.operation.rawValue), "answer": .string(occasion.what),
          "count": .integer(count),
        ]
      })
  }

  private static func milliseconds(_ duration: Duration) -> JSONValue {
    number(Double(duration.microseconds) / 1000)
  }

  private static func number(_ value: Double) -> JSONValue {
    JSONNumber((value * 1000).rounded() / 1000).map { .number($0) } ?? .null
  }
}

extension LoadSettings.Pace {
  /// The rate, or "max".
  fileprivate var json: JSONValue {
    switch self {
    case .perSecond(let rate): JSONNumber(rate).map { .number($0) } ?? .null
    case .asFastAsAnswered: "max"
    }
  }
}
