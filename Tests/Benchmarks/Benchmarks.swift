// What a user waits for, measured from outside in a release build: how long the stack takes to boot with and without
// the cached PostgreSQL template, how long a whole run takes, and how much memory `concord` needs for it; and what the
// marketplace answers under load. Figures are medians or percentiles; spread and baselines are printed beside them,
// because machines are noisy.

import FoundationEssentials
import Glibc
import JSON

/// `make bench` prints tables and writes nothing; `make soak` loads a stack and audits it.
@main
struct Benchmarks {
  static func main() async {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments == ["serve"] { TrivialServer.serve() }
    guard arguments.count == 3, let command = arguments.first, let number = arguments.last.flatMap({ Int($0) }),
      number > 0
    else { misused() }
    let programs = Array(arguments)[1]
    do {
      try await run(command, programs, number)
    } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  private static func run(_ command: String, _ programs: String, _ number: Int) async throws {
    switch command {
    case "bench":
      try await JSONBenchmark().run()
      print("")
      try await ExchangeBenchmark(programs: programs).run()
      print("")
      fflush(nil)
      try await showRuns(of: programs, number)
      print("")
      fflush(nil)
      try await TrafficBenchmark(programs: programs).run()
    case "json": try await JSONBenchmark().run()
    case "exchanges": try await ExchangeBenchmark(programs: programs).run()
    case "audit": try await AuditBenchmark(programs: programs, runs: number).run()
    case "audit-users": try await AuditBenchmark(programs: programs, runs: number, isOfUsersOnly: true).run()
    case "soak": exit(try await Soak(programs: programs, seconds: number).run())
    case "soak-audit": exit(try await AuditSoak(programs: programs, seconds: number).run())
    case "soak-replica":
      exit(try await AuditSoak(programs: programs, seconds: number, replicaDelay: 300).run())
    default: misused()
    }
  }

  private static func misused() -> Never {
    print(
      """
      usage: concord-benchmarks bench FOLDER-OF-PROGRAMS RUNS
             concord-benchmarks audit FOLDER-OF-PROGRAMS RUNS
             concord-benchmarks audit-users FOLDER-OF-PROGRAMS RUNS
             concord-benchmarks soak FOLDER-OF-PROGRAMS SECONDS
             concord-benchmarks soak-audit FOLDER-OF-PROGRAMS SECONDS
             concord-benchmarks soak-replica FOLDER-OF-PROGRAMS SECONDS
      """
    )
    exit(64)
  }

  private static func showRuns(of programs: String, _ runs: Int) async throws {
    let bench = RunBenchmark(concord: "\(programs)/concord")
    let cold = try await bench.measure(isCold: true)
    _ = try await bench.measure(isCold: false)
    var warm: [RunBenchmark.Measured] = []
    for _ in 0..<runs { warm.append(try await bench.measure(isCold: false)) }
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
    let figures = [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]].map { Figures.right($0, 10) }
    return Figures.left(name, 24) + figures.joined() + " " + unit
  }

  private static func ratio(_ value: Double, _ others: [Double]) -> String {
    Figures.decimal(value / others.sorted()[others.count / 2])
  }
}

/// Why a benchmark has no figures.
struct BenchmarkFailure: Error {
  let message: String
}
