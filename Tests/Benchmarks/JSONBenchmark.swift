import ECMARegex
import Foundation
import JSON
import JSONSchema

/// Measures parsing and validation in megabytes per second, beside Foundation and, where it is installed, jsonschema-rs.
struct JSONBenchmark {
  private static let schema = """
    {"type": "object", "required": ["id", "name", "price"], "additionalProperties": false, "properties": {
      "id": {"type": "integer", "minimum": 1}, "name": {"type": "string", "minLength": 1, "maxLength": 40},
      "price": {"type": "string", "pattern": "^[0-9]+[.][0-9]{2}$"},
      "tags": {"type": "array", "uniqueItems": true, "items": {"type": "string"}}, "stock": {"type": "integer"}}}
    """
  private static let rounds = 5

  /// Runs and prints rows.
  func run() async throws {
    let items = (1...20_000).map { number in
      "{\"id\":\(number),\"name\":\"Item number \(number)\",\"price\":\"\(number % 900).50\",\"tags\":[\"a\",\"b\(number % 7)\"],\"stock\":\(number % 50)}"
    }
    let text = Array("[\(items.joined(separator: ",\n"))]".utf8)
    let megabytes = Double(text.count) / 1e6
    let own = try best { _ = try JSONValue(parsing: text) }
    let data = Data(text)
    let foundation = try best { _ = try JSONSerialization.jsonObject(with: data) }
    print("JSON of \(items.count) objects, \(Figures.decimal(megabytes)) MB, one thread, best of \(Self.rounds):")
    print("parsed                  " + Figures.right(megabytes / own, 10) + " MB/s")
    print(
      "JSONSerialization       " + Figures.right(megabytes / foundation, 10) + " MB/s; ours is "
        + Figures.decimal(foundation / own) + " times as fast")
    var set = SchemaSet(patterns: ECMAPatternEngine())
    try set.add(try JSONValue(parsing: Array(Self.schema.utf8)), at: "file:///item")
    let schema = try set.schema(at: "file:///item")
    let values = try JSONValue(parsing: text).arrayValue ?? []
    let validation = try best {
      guard values.allSatisfy(schema.isValid) else { throw BenchmarkFailure(message: "an item is not valid") }
    }
    print("validated               " + Figures.right(megabytes / validation, 10) + " MB/s")
    try await showPeer(text, megabytes, validation)
  }

  /// The same with jsonschema-rs, whose values are Python's.
  private func showPeer(_ text: [UInt8], _ megabytes: Double, _ own: Double) async throws {
    let python = ProcessInfo.processInfo.environment["BENCH_PYTHON"] ?? "/usr/bin/python3"
    try await withScratchFolder { folder in
      try Data(text).write(to: URL(filePath: "\(folder)/items.json"))
      try Data(Self.schema.utf8).write(to: URL(filePath: "\(folder)/schema.json"))
      let script = """
        import json, sys, time
        import jsonschema_rs
        from importlib.metadata import version
        items = json.load(open(sys.argv[1] + "/items.json"))
        validator = jsonschema_rs.validator_for(json.load(open(sys.argv[1] + "/schema.json")))
        times = []
        for _ in range(\(Self.rounds)):
            start = time.perf_counter()
            assert all(map(validator.is_valid, items))
            times.append(time.perf_counter() - start)
        print(version("jsonschema_rs"), min(times))
        """
      let run = try? ChildProgram(
        python, ["-c", script, folder], environment: ["PYTHONWARNINGS": "ignore"], output: "\(folder)/out")
      let answer = (try? String(contentsOf: URL(filePath: "\(folder)/out"), encoding: .utf8)) ?? ""
      guard run?.wait().status == 0,
        let words = (try? String(contentsOf: URL(filePath: "\(folder)/out"), encoding: .utf8))?.split(separator: " "),
        words.count == 2, let seconds = Double(words[1].dropLast())
      else {
        print("jsonschema-rs           is not installed for \(python) (BENCH_PYTHON names another)\(answer)")
        return
      }
      print(
        "jsonschema-rs \(words[0])    " + Figures.right(megabytes / seconds, 10) + " MB/s, from Python; ours is "
          + Figures.decimal(seconds / own) + " times as fast")
    }
  }

  /// The shortest of some rounds, in seconds.
  private func best(_ body: () throws -> Void) throws -> Double {
    var best = Double.infinity
    for _ in 0..<Self.rounds {
      let start = ContinuousClock.now
      try body()
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    return best
  }
}
