import FoundationEssentials
import Glibc
import JSON

/// Measures whole runs of `concord`.
struct RunBenchmark {
  let concord: String

  /// Figures of one run, in seconds and mebibytes.
  struct Figures {
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
  func measure(isCold: Bool) throws -> Figures {
    let folder = FileManager.default.temporaryDirectory.appending(path: "concord-bench-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // The scratch servers run as an unprivileged user, who must be able to reach the cache.
    chmod(folder, 0o755)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = isCold ? ["CONCORD_CACHE=\(folder)/cache"] : []
    let start = ContinuousClock.now
    let (status, peak) = try run(["run", "--quiet", "--reports", "\(folder)/reports"], extraEnvironment: cache)
    let wall = ContinuousClock.now - start
    guard status == 0 else { throw BenchmarkFailure(message: "concord run exited with \(status)") }
    let report = try JSONValue(parsing: Array(try Data(contentsOf: URL(filePath: "\(folder)/reports/run.json"))))
    func phase(_ name: String) -> Double { (report["phases"]?[name]?.doubleValue ?? 0) / 1000 }
    return Figures(
      boot: phase("boot"), contracts: phase("contracts"), audit: phase("audit"), teardown: phase("teardown"),
      wall: wall / .seconds(1), peakMebibytes: Double(peak) / 1024,
      cases: report["contracts"]?["counts"]?["passed"]?.intValue ?? 0,
      rules: report["audit"]?["counts"]?["held"]?.intValue ?? 0)
  }

  /// Runs `concord` to its end; answers its exit status and its peak resident memory in KiB.
  private func run(_ arguments: [String], extraEnvironment: [String]) throws -> (status: Int32, peak: Int) {
    let inherited = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var words = ([concord] + arguments).map { strdup($0) } + [nil]
    var environment = (inherited + extraEnvironment).map { strdup($0) } + [nil]
    defer { for text in words + environment { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, concord, nil, nil, &words, &environment)
    guard code == 0 else { throw BenchmarkFailure(message: "\(concord) cannot be started: error \(code)") }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) == -1, errno == EINTR {}
    return ((status >> 8) & 0xFF, usage.ru_maxrss)
  }
}
