import FoundationEssentials
import Glibc
import JSON

/// Measures checked exchanges per second, and memory, against a server that costs next to nothing.
struct ExchangeBenchmark {
  let programs: String
  /// Operations of the document, which give more than ten thousand cases.
  private let operations = 400

  /// Runs and prints a row.
  func run() async throws {
    try await withScratchFolder { folder in
      let server = try ChildProgram("\(programs)/concord-benchmarks", ["serve"], output: "\(folder)/port")
      defer {
        kill(server.processID, SIGKILL)
        _ = server.wait()
      }
      let port = try await port(in: "\(folder)/port")
      try write(to: folder, port: port)
      var rows: [(exchanges: Double, peak: Double, cases: Double)] = []
      for _ in 0..<3 { rows.append(try measure(folder)) }
      let best = rows.max { $0.exchanges < $1.exchanges } ?? (0, 0, 0)
      print("against a server of one thread that answers every request alike, \(rows.count) runs, best:")
      print("checked exchanges       " + Figures.right(best.exchanges, 10) + " /s, all five checks of a response")
      print("peak memory of concord  " + Figures.right(best.peak, 10) + " MiB for \(Int(best.cases)) cases")
    }
    try showStart()
  }

  private func port(in file: String) async throws -> String {
    for _ in 0..<500 {
      let text = (try? String(contentsOf: URL(filePath: file), encoding: .utf8)) ?? ""
      if text.hasSuffix("\n") { return String(text.dropLast()) }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw BenchmarkFailure(message: "the server did not start")
  }

  private func write(to folder: String, port: String) throws {
    var document = """
      openapi: 3.1.0
      info: {title: Trivial, version: 1.0.0}
      x-concord-unchecked:
        negative-data-refused: the server refuses nothing
        unsupported-method: the server refuses nothing
      components:
        schemas:
          Item:
            type: object
            required: [id, name, price]
            additionalProperties: false
            properties:
              id: {type: integer, minimum: 1}
              name: {type: string, minLength: 1, maxLength: 40}
              price: {type: string, pattern: '^[0-9]+\\.[0-9]{2}$'}
              tags: {type: array, uniqueItems: true, items: {type: string}}
              stock: {type: integer}
      paths:

      """
    for number in 1...operations {
      document += """
          /items/\(number):
            get:
              operationId: get\(number)
              parameters:
                - {name: q, in: query, schema: {type: string, maxLength: 40}}
                - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
              responses:
                '200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}

        """
    }
    try Data(document.utf8).write(to: URL(filePath: "\(folder)/api.yaml"))
    let stack = """
      concord: 1
      name: trivial
      services:
        trivial:
          openapi: api.yaml
          external: {url: "http://127.0.0.1:\(port)"}
      """
    try Data(stack.utf8).write(to: URL(filePath: "\(folder)/stack.yaml"))
  }

  private func measure(_ folder: String) throws -> (exchanges: Double, peak: Double, cases: Double) {
    let run = try ChildProgram(
      "\(programs)/concord",
      [
        "contracts", "--stack", "\(folder)/stack.yaml", "--reports", "\(folder)/reports", "--quiet",
      ], output: "\(folder)/output")
    let (status, peak) = run.wait()
    let bytes = Array(try Data(contentsOf: URL(filePath: "\(folder)/reports/run.json")))
    let report = try JSONValue(parsing: bytes)
    guard status == 0, let took = report["phases"]?["contracts"]?.numberValue?.double else {
      throw BenchmarkFailure(message: "the run ended with \(status)")
    }
    let cases = report["contracts"]?["counts"]?["passed"]?.numberValue?.double ?? 0
    return (cases / took * 1000, Double(peak) / 1024, cases)
  }

  /// Start of the program, beside that of `/bin/true`.
  private func showStart() throws {
    func median(_ path: String, _ arguments: [String]) throws -> Double {
      var times: [Double] = []
      for _ in 0..<21 {
        let start = ContinuousClock.now
        _ = try ChildProgram(path, arguments, output: "/dev/null").wait()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        times.append(Double(seconds) * 1000 + Double(attoseconds) / 1e15)
      }
      return times.sorted()[times.count / 2]
    }
    let own = try median("\(programs)/concord", ["--version"]), floor = try median("/bin/true", [])
    print(
      "start of --version      " + Figures.right(own, 10) + " ms; /bin/true takes " + Figures.decimal(floor) + " ms")
  }
}
