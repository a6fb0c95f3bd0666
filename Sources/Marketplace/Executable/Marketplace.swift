private import APIGateway
internal import ArgumentParser
internal import Faults
private import Logging
private import OrderService
private import ProductService
internal import ServiceKit
private import UserService

#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// `marketplace SERVICE` runs one service of the platform as a process, configured by its environment;
/// `marketplace load` uses the platform as its customers do; `marketplace faults` lists how it can be made to misbehave.
@main
struct Marketplace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "marketplace",
    abstract: "The marketplace: four services on four stores, the worked example of Concord.",
    discussion: """
      A service takes its settings from environment variables and runs until SIGTERM.

      \(FaultCatalog.variable) makes it misbehave: ids of 'marketplace faults', separated by commas.

      Exit codes of a service: 0 stopped; 2 settings that cannot be used; 3 it failed; 64 wrong usage.
      """,
    subcommands: [
      ServiceCommand<UserServiceComposition>.self, ServiceCommand<ProductServiceComposition>.self,
      ServiceCommand<OrderServiceComposition>.self, ServiceCommand<APIGatewayComposition>.self, LoadCommand.self,
      FaultsCommand.self,
    ])

  static func main() async {
    // A peer that closes its connection must not end the process.
    signal(SIGPIPE, SIG_IGN)
    await main(nil)
  }

  func run() throws { throw ValidationError("Name a service to run, or 'load', or 'faults'.") }

  /// Runs a service until it is asked to stop.
  static func run<Service: ServiceComposition>(_ service: Service.Type) async where Service.Parts: Breakable {
    let environment = ProcessEnvironment.variables
    let logger = ServiceLog.logger(service: service.name, environment: environment)
    do {
      var parts = try service.assemble(environment: environment, logger: logger)
      let faults = try FaultCatalog.inject(into: &parts, environment: environment)
      if !faults.isEmpty { logger.warning("misbehaving on request: \(faults.joined(separator: ", "))") }
      try await ServiceHost.run(service.define(parts), logger: logger, environment: environment)
    } catch let error as SettingsError {
      StandardError.write(line: error.description)
      Self.exit(withStatus: 2)
    } catch {
      StandardError.write(line: "\(service.name) failed: \(error)")
      Self.exit(withStatus: 3)
    }
  }

  private static func exit(withStatus status: Int32) -> Never {
    #if canImport(Glibc)
      Glibc.exit(status)
    #else
      Musl.exit(status)
    #endif
  }
}

/// `marketplace user-service` and its like.
private struct ServiceCommand<Service: ServiceComposition>: AsyncParsableCommand where Service.Parts: Breakable {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Service.name, abstract: "Runs \(Service.name); settings come from environment variables.")
  }

  func run() async { await Marketplace.run(Service.self) }
}

/// `marketplace faults`: the catalogue.
private struct FaultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults", abstract: "Lists how the services can be made to misbehave.",
    discussion: "Set \(FaultCatalog.variable) to the ids of faults, separated by commas, and start the services.")

  func run() { print(FaultCatalog.listing) }
}
