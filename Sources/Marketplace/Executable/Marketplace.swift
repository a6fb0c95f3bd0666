private import APIGateway
private import OrderService
private import ProductService
private import ServiceKit
private import UserService

#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// `marketplace SERVICE` runs one service of the platform as a process, configured by its environment.
@main
enum Marketplace {
  private static let services: [any ServiceComposition.Type] = [
    UserServiceComposition.self, ProductServiceComposition.self, OrderServiceComposition.self,
    APIGatewayComposition.self,
  ]

  static func main() async {
    // A peer that closes its connection must not end the process.
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 1, let service = services.first(where: { $0.name == arguments[0] }) else {
      let wantsHelp = arguments == ["--help"] || arguments == ["-h"]
      StandardError.write(line: usage)
      exit(wantsHelp ? 0 : 64)
    }
    await run(service)
  }

  private static var usage: String {
    "usage: marketplace \(services.map { $0.name }.joined(separator: "|"))\n"
      + "Runs one service of the marketplace; settings come from environment variables."
  }

  private static func run<Service: ServiceComposition>(_ service: Service.Type) async {
    let environment = ProcessEnvironment.variables
    let logger = ServiceLog.logger(service: service.name, environment: environment)
    do {
      let parts = try service.assemble(environment: environment, logger: logger)
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
