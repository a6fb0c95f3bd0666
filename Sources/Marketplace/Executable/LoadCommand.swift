internal import ArgumentParser
private import HTTP
private import JSON
private import Load
private import ServiceKit
private import UnixSignals

/// `marketplace load`: customers.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Uses a running marketplace as its customers do, through the gateway, and checks every answer.",
    discussion: """
      Virtual shoppers browse, register, order, pay, review, cancel and leave; with an administrator, products are \
      made, priced, restocked and deleted, orders shipped and reviews approved. Prints throughput and latency \
      percentiles by operation; with a rate, latency counts from the moment a call should have begun.

      Exit codes: 0 every answer was as promised; 1 some were not; 3 the load could not begin; 64 wrong usage; \
      130 interrupted.
      """)

  @Option(help: ArgumentHelp("URL of the gateway.", valueName: "URL"))
  var gateway: String

  @Option(
    help: ArgumentHelp(
      "Calls per second whatever the answers, or 'max' for as many as are answered.", valueName: "number|max"))
  var rate = Rate.max

  @Option(help: ArgumentHelp("How long calls begin.", valueName: "number"))
  var seconds = 60

  @Option(help: ArgumentHelp("Shoppers from the start, and connections at most.", valueName: "number"))
  var connections = 16

  @Option(help: ArgumentHelp("Repeats the choices of the load that printed this seed.", valueName: "number"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Address of an account with the admin claim; also MARKETPLACE_ADMIN_EMAIL.", valueName: "address"))
  var adminEmail: String?

  @Option(
    help: ArgumentHelp(
      "Its password; better in MARKETPLACE_ADMIN_PASSWORD, which no process list shows.", valueName: "text"))
  var adminPassword: String?

  @Flag(help: "Prints the report as JSON.")
  var json = false

  func validate() throws {
    guard gateway.hasPrefix("http://") || gateway.hasPrefix("https://") else {
      throw ValidationError("--gateway must be an http or https URL.")
    }
    guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds must be 1 to 86400.") }
    guard (1...1000).contains(connections) else { throw ValidationError("--connections must be 1 to 1000.") }
    _ = try administrator()
  }

  func run() async throws {
    let settings = LoadSettings(
      gateway: gateway.hasSuffix("/") ? String(gateway.dropLast()) : gateway, pace: rate.pace,
      duration: .seconds(seconds), shoppers: connections, seed: seed ?? .random(in: 0...999_999_999),
      name: "load-\(String(UInt64.random(in: 0...0xFFFF_FFFF), radix: 36))", administrator: try administrator())
    let http = HTTPClient(
      HTTPClientConfiguration(maximumConnectionsPerHost: connections + 1, userAgent: "marketplace-load"))
    defer { http.shutdown() }
    let stop = StopRequest()
    let runner = LoadRunner(settings, transport: http, stop: stop) { StandardError.write(line: $0.line) }
    let signals = Task { await Self.stopOnSignal(stop) }
    defer { signals.cancel() }
    let report: LoadReport
    do {
      report = try await runner.run()
    } catch {
      StandardError.write(line: "error: \(error)")
      throw ExitCode(3)
    }
    print(json ? report.json.serialized(.pretty) : report.table, terminator: json ? "\n" : "")
    if !report.isClean { throw ExitCode(1) }
    if report.isInterrupted { throw ExitCode(130) }
  }

  /// The first signal ends the load in order, calls under way included; the second ends the process.
  private static func stopOnSignal(_ stop: StopRequest) async {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
      if stop.isRequested { Self.exit(withError: ExitCode(130)) }
      stop.make()
    }
  }

  private func administrator() throws -> LoadSettings.Credentials? {
    let environment = ProcessEnvironment.variables
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    switch (
      adminEmail ?? value("MARKETPLACE_ADMIN_EMAIL"), adminPassword ?? value("MARKETPLACE_ADMIN_PASSWORD")
    ) {
    case (let email?, let password?): return LoadSettings.Credentials(email: email, password: password)
    case (nil, nil): return nil
    default: throw ValidationError("An administrator needs both an address and a password.")
    }
  }
}

/// `--rate`: a number of calls per second, or "max".
enum Rate: ExpressibleByArgument, CustomStringConvertible {
  case max
  case perSecond(Double)

  init?(argument: String) {
    if argument == "max" {
      self = .max
    } else if let rate = Double(argument), rate > 0, rate <= 1_000_000 {
      self = .perSecond(rate)
    } else {
      return nil
    }
  }

  var description: String {
    switch self {
    case .max: "max"
    case .perSecond(let rate): "\(rate)"
    }
  }
}

extension Rate {
  fileprivate var pace: LoadSettings.Pace {
    switch self {
    case .max: .asFastAsAnswered
    case .perSecond(let rate): .perSecond(rate)
    }
  }
}
