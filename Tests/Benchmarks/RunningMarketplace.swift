import FoundationEssentials
import Glibc

/// The marketplace, kept up by `concord up`.
struct RunningMarketplace {
  /// The services, in the order in which a request meets them.
  static let services = ["api-gateway", "user-service", "product-service", "order-service"]

  private let concord: ChildProgram
  private let addresses: [String: String]

  /// Boots it and takes it down after the body, whatever happens.
  static func run<Result>(
    programs: String, stack: String? = nil, environment: [String: String] = [:],
    _ body: (RunningMarketplace) async throws -> Result
  ) async throws -> Result {
    try await withScratchFolder { folder in
      let listing = "\(folder)/listing"
      let concord = try ChildProgram(
        "\(programs)/concord", ["up"] + (stack.map { ["--stack", $0] } ?? []), environment: environment, output: listing
      )
      defer {
        kill(concord.processID, SIGINT)
        _ = concord.wait()
      }
      return try await body(RunningMarketplace(concord: concord, addresses: addresses(listedIn: listing)))
    }
  }

  /// Where a service or store is: a URL or connection string.
  func address(of component: String) throws -> String {
    guard let address = addresses[component] else {
      throw BenchmarkFailure(message: "concord up did not list \(component)")
    }
    return address
  }

  /// Peak and present resident memory of a service in MiB, as the kernel counts it.
  func memory(of service: String) throws -> (peak: Double, now: Double) {
    let port = try address(of: service).split(separator: ":").last.map(String.init) ?? ""
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(entry) != nil {
      let words = contents("/proc/\(entry)/cmdline").split(separator: "\0")
      guard words.count == 2, words[1] == service, words[0].hasSuffix("/marketplace"),
        contents("/proc/\(entry)/environ").split(separator: "\0").contains("PORT=\(port)")
      else { continue }
      let status = contents("/proc/\(entry)/status")
      return (Self.mebibytes("VmHWM:", status), Self.mebibytes("VmRSS:", status))
    }
    throw BenchmarkFailure(message: "no process of \(service) was found")
  }

  private static func mebibytes(_ field: String, _ status: String) -> Double {
    let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
    return (line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) } ?? 0)
      / 1024
  }

  /// What `concord up` lists, once it does.
  private static func addresses(listedIn file: String) throws -> [String: String] {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      let parts = contents(file).components(separatedBy: "Ctrl-C ends it\n")
      let lines = parts.count == 2 && parts[1].hasSuffix("\n") ? parts[1].split(separator: "\n") : []
      let pairs = lines.map { $0.split(separator: " ") }.filter { $0.count >= 2 }
      if pairs.count >= 8 { return Dictionary(pairs.map { (String($0[0]), String($0[1])) }) { $1 } }
      usleep(20_000)
    }
    throw BenchmarkFailure(message: "concord up did not come up:\n\(contents(file))")
  }
}

/// A file as text, read to its end whatever size it claims, as those below /proc want it; empty when unreadable.
private func contents(_ path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 8192)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += buffer.prefix(count)
  }
}
