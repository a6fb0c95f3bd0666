// What a user waits for, measured from outside in a release build: how long the stack takes to boot with and without
// the cached PostgreSQL template, how long a whole run takes, and how much memory `concord` needs for it. Figures are
// medians; the spread is printed beside them, because machines are noisy.

import FoundationEssentials
import JSON

/// `make bench`: prints a table and writes nothing.
@main
struct Benchmarks {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let runs = Int(arguments[2]), runs > 0 else {
      print("usage: concord-benchmarks FOLDER-OF-PROGRAMS RUNS")
      throw BenchmarkFailure(message: "wrong usage")
    }
    let bench = RunBenchmark(concord: "\(arguments[1])/concord")
    let cold = try bench.measure(isCold: true)
    _ = try bench.measure(isCold: false)
    let warm = try (0..<runs).map { _ in try bench.measure(isCold: false) }
    print("marketplace: 3 PostgreSQL servers, embedded Firestore, 4 services; \(cold.cases) cases, \(cold.rules) rules")
    print("")
    print("                            median       min       max")
    print(row("boot, cold template", [cold.boot], "s"))
    print(row("boot, warm", warm.map(\.boot), "s"))
    print(row("contracts", warm.map(\.contracts), "s"))
    print(row("audit", warm.map(\.audit), "s"))
    print(row("teardown", warm.map(\.teardown), "s"))
    print(row("whole run, cold", [cold.wall], "s"))
    print(row("whole run, warm", warm.map(\.wall), "s"))
    print(row("peak memory of concord", warm.map(\.peakMebibytes), "MiB"))
    print("")
    print("cold is \(ratio(cold.boot, warm.map(\.boot))) times warm in booting; \(runs) warm runs after one warm-up")
  }

  private static func row(_ name: String, _ values: [Double], _ unit: String) -> String {
    let sorted = values.sorted()
    let figures = [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]].map { padded(decimal($0), 10) }
    return name + String(repeating: " ", count: max(1, 24 - name.count)) + figures.joined() + " " + unit
  }

  private static func ratio(_ value: Double, _ others: [Double]) -> String {
    decimal(value / others.sorted()[others.count / 2])
  }

  private static func decimal(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

/// Why a benchmark has no figures.
struct BenchmarkFailure: Error {
  let message: String
}
