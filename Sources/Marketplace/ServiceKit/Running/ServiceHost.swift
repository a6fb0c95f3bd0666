private import Hummingbird
private import HummingbirdCore
package import Logging
private import NIOCore
private import RFC3339
private import ServiceLifecycle
private import UnixSignals

#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// Runs a service as a process: listens, answers, and ends in order.
///
/// SIGTERM and SIGINT stop accepting, finish requests under way for at most `SHUTDOWN_GRACE_MS` (1 s unless set),
/// cancel background work, then close stores; what still hangs two seconds later is left behind. With
/// `CONCORD_PARENT_WATCH=stdin` the end of standard input does the same, so that a service never outlives a parent that
/// was killed: the parent holds the other end of the pipe and nothing else.
package enum ServiceHost {
  /// Runs until the process is asked to stop; throws when the port cannot be had.
  ///
  /// - Parameter onListening: Told the port once connections are accepted; by default it is written to standard error.
  package static func run(
    _ definition: ServiceDefinition, logger: Logger, environment: [String: String],
    onListening: (@Sendable (_ port: Int) -> Void)? = nil
  ) async throws {
    let application = application(for: definition, logger: logger) { port in
      if let onListening {
        onListening(port)
      } else {
        StandardError.write(line: "listening \(definition.host):\(port)")
      }
    }
    let grace = Duration.milliseconds(environment["SHUTDOWN_GRACE_MS"].flatMap { UInt16($0) } ?? 1000)
    let deadline = ShutdownDeadline(patience: grace + .seconds(2)) {
      StandardError.write(line: "\(definition.name) did not stop in time and ends now")
      exit(1)
    }
    // The last service is told to stop first.
    var configuration = ServiceGroupConfiguration(
      services: [application, deadline], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger))
    configuration.maximumGracefulShutdownDuration = grace
    let group = ServiceGroup(configuration: configuration)
    if environment["CONCORD_PARENT_WATCH"] == "stdin" {
      ParentWatch.onEndOfStandardInput {
        logger.info("standard input ended: stopping with the parent")
        Task { await group.triggerGracefulShutdown() }
      }
    }
    let background = startBackground(definition.background, logger: logger)
    let outcome: Result<Void, any Error>
    do {
      try await group.run()
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    background.cancel()
    await background.value
    for close in definition.closing { await close() }
    deadline.end()
    logger.info("stopped")
    try outcome.get()
  }

  private static func application(
    for definition: ServiceDefinition, logger: Logger, onListening: @escaping @Sendable (_ port: Int) -> Void
  ) -> Application<HummingbirdResponder> {
    var router = definition.router
    HealthRoutes(
      service: definition.name, checks: definition.readiness, patience: .seconds(2), clock: SystemMonotonicClock(),
      log: { logger.warning("\($0)") }
    ).add(to: &router)
    let pipeline = RequestPipeline(
      router: router, observers: [AccessLog(logger)] + definition.observers, wallClock: SystemWallClock(),
      clock: SystemMonotonicClock(), ids: RandomIDGenerator())
    return Application(
      responder: HummingbirdResponder(pipeline: pipeline),
      server: .http1(configuration: .init(idleTimeout: .seconds(75))),
      configuration: ApplicationConfiguration(address: .hostname(definition.host, port: definition.port)),
      onServerRunning: { channel in
        onListening(channel.localAddress?.port ?? definition.port)
      },
      logger: quiet(logger))
  }

  /// The server library's own messages matter only when something is wrong.
  private static func quiet(_ logger: Logger) -> Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }

  private static func startBackground(_ tasks: [BackgroundTask], logger: Logger) -> Task<Void, Never> {
    Task {
      await withTaskGroup { group in
        for task in tasks {
          group.addTask {
            do {
              try await task.run()
            } catch {
              if !Task.isCancelled { logger.error("\(task.name) ended: \(error)") }
            }
          }
        }
      }
    }
  }
}
