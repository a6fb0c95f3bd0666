private import APIGateway
private import Faults
private import Logging
private import OrderService
private import ProductService
private import ServiceKit
private import UserService

#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// `marketplace SERVICE` runs one service of the platform as a process, configured by its environment;
/// `marketplace faults` lists how it can be made to misbehave.
@main
enum Marketplace {
  private static let services: [Program] = [
    Program(UserServiceComposition.self), Program(ProductServiceComposition.self),
    Program(OrderServiceComposition.self), Program(APIGatewayComposition.self),
  ]

  static func main() async {
    // A peer that closes its connection must not end the process.
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments == ["faults"] { return print(FaultCatalog.listing) }
    guard arguments.count == 1, let service = services.first(where: { $0.name == arguments[0] }) else {
      let wantsHelp = arguments == ["--help"] || arguments == ["-h"]
      StandardError.write(line: usage)
      exit(wantsHelp ? 0 : 64)
    }
    await service.run()
  }

  private static var usage: String {
    """
    usage: marketplace \(services.map { $0.name }.joined(separator: "|"))
    Runs one service of the marketplace; settings come from environment variables.

    usage: marketplace faults
    Lists the faults that \(FaultCatalog.variable) can switch on.
    """
  }
}

/// One service as a program of its own.
struct Program: Sendable {
  /// The name of the service.
  let name: String

  /// Runs the service until it is asked to stop; ends the process when it cannot.
  let run: @Sendable () async -> Void

  /// The program of a service.
  fileprivate init<Service: ServiceComposition>(_ service: Service.Type) where Service.Parts: Breakable {
    name = service.name
    run = { await Self.run(service) }
  }

  private static func run<Service: ServiceComposition>(_ service: Service.Type) async
  where Service.Parts: Breakable {
    let environment = ProcessEnvironment.variables
    let logger = ServiceLog.logger(service: service.name, environment: environment)
    do {
      var parts = try service.assemble(environment: environment, logger: logger)
      let faults = try FaultCatalog.inject(into: &parts, environment: environment)
      if !faults.isEmpty { logger.warning("misbehaving on request: \(faults.joined(separator: ", "))") }
      try await ServiceHost.run(service.define(parts), logger: logger, environment: environment)
    } catch let error as SettingsError {
      StandardError.write(line: error.description)
      exit(2)
    } catch {
      StandardError.write(line: "\(service.name) failed: \(error)")
      exit(3)
    }
  }
}
