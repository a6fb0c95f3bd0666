import FoundationEssentials
import JSON

/// Measures whole runs of `concord`.
struct RunBenchmark {
  let concord: String

  /// Figures of one run, in seconds and mebibytes.
  struct Measured {
    let boot: Double
    let contracts: Double
    let audit: Double
    let teardown: Double
    let wall: Double
    let peakMebibytes: Double
    let cases: Int
    let rules: Int
  }

  /// Runs once; a cold run has an empty cache of its own, as on a machine that never ran Concord.
  func measure(isCold: Bool) async throws -> Measured {
    try await withScratchFolder { folder in try measure(isCold: isCold, in: folder) }
  }

  private func measure(isCold: Bool, in folder: String) throws -> Measured {
    let cache = isCold ? ["CONCORD_CACHE": "\(folder)/cache"] : [:]
    let start = ContinuousClock.now
    let (status, peak) = try ChildProgram(
      concord, ["run", "--quiet", "--reports", "\(folder)/reports"], environment: cache
    ).wait()
    let wall = ContinuousClock.now - start
    guard status == 0 else { throw BenchmarkFailure(message: "concord run exited with \(status)") }
    let report = try JSONValue(parsing: Array(try Data(contentsOf: URL(filePath: "\(folder)/reports/run.json"))))
    func phase(_ name: String) -> Double { (report["phases"]?[name]?.doubleValue ?? 0) / 1000 }
    return Measured(
      boot: phase("boot"), contracts: phase("contracts"), audit: phase("audit"), teardown: phase("teardown"),
      wall: wall / .seconds(1), peakMebibytes: Double(peak) / 1024,
      cases: report["contracts"]?["counts"]?["passed"]?.intValue ?? 0,
      rules: report["audit"]?["counts"]?["held"]?.intValue ?? 0)
  }
}
