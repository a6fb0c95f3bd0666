package import Logging

/// A service put together and ready to run: what it answers, what it depends on, what it does meanwhile.
package struct ServiceDefinition: Sendable {
  /// The name, as in "order-service".
  package let name: String

  /// The address to listen on.
  package let host: String

  /// The port to listen on; 0 lets the system choose.
  package let port: Int

  /// The routes; `/health` and `/ready` are added when the service runs.
  package var router: Router

  /// What must answer before the service can.
  package let readiness: [ReadinessCheck]

  /// Who learns of every answered request, besides the access log.
  package let observers: [any RequestObserver]

  /// What runs beside the server; cancelled after it stopped.
  package let background: [BackgroundTask]

  /// What is done at the end, in order, once everything else stopped.
  package let closing: [@Sendable () async -> Void]

  /// Creates a definition that listens on the loopback interface unless told otherwise.
  package init(
    name: String,
    host: String = "127.0.0.1",
    port: Int,
    router: Router,
    readiness: [ReadinessCheck],
    observers: [any RequestObserver] = [],
    background: [BackgroundTask] = [],
    closing: [@Sendable () async -> Void] = []
  ) {
    self.name = name
    self.host = host
    self.port = port
    self.router = router
    self.readiness = readiness
    self.observers = observers
    self.background = background
    self.closing = closing
  }
}

/// Puts one service together from its environment, in two steps: between them parts can be exchanged.
package protocol ServiceComposition: SendableMetatype {
  /// What the service is made of.
  associatedtype Parts: ServiceParts

  /// The name, as the command line takes it.
  static var name: String { get }

  /// Reads the settings and builds the parts; throws `SettingsError` when settings are wrong.
  static func assemble(environment: [String: String], logger: Logger) throws -> Parts

  /// The service made of these parts.
  static func define(_ parts: Parts) -> ServiceDefinition
}

/// The parts of a service before they become one: its dependencies, and what is put around its routes.
package protocol ServiceParts: Sendable {
  /// What is put around every route; nothing unless somebody adds to it.
  var surroundings: Surroundings { get set }
}

/// Work that runs beside the server until it is cancelled.
package struct BackgroundTask: Sendable {
  /// The name, for logs.
  package let name: String

  let run: @Sendable () async throws -> Void

  /// Creates a task.
  package init(_ name: String, _ run: @escaping @Sendable () async throws -> Void) {
    self.name = name
    self.run = run
  }
}
