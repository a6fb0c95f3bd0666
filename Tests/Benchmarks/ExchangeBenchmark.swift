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
      try write(to: folder, port: port, operations: operations)
      var rows: [(exchanges: Double, peak: Double, cases: Double)] = []
      for _ in 0..<3 { rows.append(try measure(folder)) }
      let best = rows.max { $0.exchanges < $1.exchanges } ?? (0, 0, 0)
      print("against a server of one thread that answers every request alike, \(rows.count) runs, best:")
      print("checked exchanges       " + Figures.right(best.exchanges, 10) + " /s, all checks of a response")
      print("peak memory of concord  " + Figures.right(best.peak, 10) + " MiB for \(Int(best.cases)) cases")
      try await showPeer(folder, port)
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

  /// Schemathesis on a tenth of the document: whole commands beside each other, from start to exit code.
  private func showPeer(_ folder: String, _ port: String) async throws {
    guard let program = Self.schemathesis else {
      print("Schemathesis            is not installed (SCHEMATHESIS names its program)")
      return
    }
    try write(to: folder, port: port, operations: operations / 10)
    func seconds(_ body: () throws -> Void) rethrows -> Double {
      let start = ContinuousClock.now
      try body()
      return (ContinuousClock.now - start) / .seconds(1)
    }
    var own = (exchanges: 0.0, peak: 0.0, cases: 0.0)
    let ownTime = try seconds { own = try measure(folder) }
    let time = try seconds {
      _ = try ChildProgram(
        program,
        [
          "run", "\(folder)/api.yaml", "--url", "http://127.0.0.1:\(port)", "--max-examples", "20", "--phases",
          "fuzzing,coverage", "--workers", "2", "--seed", "1", "--no-color", "--exclude-checks",
          "negative_data_rejection,unsupported_method",
        ], output: "\(folder)/peer"
      ).wait()
    }
    let output = (try? String(contentsOf: URL(filePath: "\(folder)/peer"), encoding: .utf8)) ?? ""
    guard let match = output.firstMatch(of: /(\d+) generated/), let cases = Double(match.1),
      let end = output.firstMatch(of: /\sin ([0-9.]+)s =/), let tested = Double(end.1)
    else {
      print("Schemathesis            told no number of cases")
      return
    }
    print("on \(operations / 10) operations, cases per second while testing, and of the whole command:")
    print(
      "concord                 " + Figures.right(own.exchanges, 10) + Figures.right(own.cases / ownTime, 10)
        + "  \(Int(own.cases)) cases")
    print(
      "Schemathesis            " + Figures.right(cases / tested, 10) + Figures.right(cases / time, 10)
        + "  \(Int(cases)) cases")
    print(
      "times as fast           " + Figures.right(own.exchanges * tested / cases, 10)
        + Figures.right(own.cases / ownTime * time / cases, 10))
  }

  /// The program, if it is installed.
  private static let schemathesis: String? = {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["SCHEMATHESIS"] { return named }
    return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/schemathesis" }.first {
      access($0, X_OK) == 0
    }
  }()

  private func write(to folder: String, port: String, operations: Int) throws {
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
