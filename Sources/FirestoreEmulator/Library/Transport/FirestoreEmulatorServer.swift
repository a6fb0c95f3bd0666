import NIOCore
import NIOHTTP1
import NIOPosix
import RFC3339
import Synchronization

/// A running emulator of Firestore and Firebase Auth: REST over HTTP/1.1 on one port, data in memory.
///
/// Start one per test or per process; several live side by side. After ``shutdown()`` the port is free and the data
/// gone.
package final class FirestoreEmulatorServer: Sendable {
  /// The emulator cannot listen.
  package struct StartError: Error, Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let reason: String

    package var description: String {
      "The Firestore emulator cannot listen on \(host):\(port): \(reason). Choose another port, or 0 for a free one."
    }
  }

  /// The address that was asked for.
  package let host: String
  /// The port that is listened on, also when 0 was asked for.
  package let port: Int

  private let group: MultiThreadedEventLoopGroup
  private let workers: NIOThreadPool
  private let channel: any Channel
  private let isStopping = Mutex(false)

  private init(
    host: String, port: Int, group: MultiThreadedEventLoopGroup, workers: NIOThreadPool, channel: any Channel
  ) {
    self.host = host
    self.port = port
    self.group = group
    self.workers = workers
    self.channel = channel
  }

  /// Listens, and returns once connections are accepted.
  ///
  /// - Parameter port: 0 takes a free one.
  package static func start(
    host: String = "127.0.0.1", port: Int = 0, configuration: EmulatorConfiguration = EmulatorConfiguration()
  ) async throws(StartError) -> FirestoreEmulatorServer {
    let engine = FirestoreEngine(
      store: MemoryStore(clock: configuration.clock), clock: configuration.clock, random: configuration.random)
    let service = EmulatorService(
      firestore: FirestoreREST(engine: engine, wrapsStreamErrors: configuration.wrapsStreamErrors),
      auth: AuthREST(configuration: configuration))
    let cores = max(2, min(4, System.coreCount))
    let group = MultiThreadedEventLoopGroup(numberOfThreads: cores)
    let workers = NIOThreadPool(numberOfThreads: cores)
    workers.start()
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
          try pipeline.addHandler(HTTPConnectionHandler(service: service, workers: workers))
        }
      }
    do {
      let channel = try await bootstrap.bind(host: host, port: port).get()
      let bound = channel.localAddress?.port ?? port
      return FirestoreEmulatorServer(host: host, port: bound, group: group, workers: workers, channel: channel)
    } catch {
      // Nothing was served yet, so there is nothing that a failing stop could lose.
      try? await group.shutdownGracefully()
      try? await workers.shutdownGracefully()
      throw StartError(host: host, port: port, reason: reason(of: error))
    }
  }

  /// Where clients connect: what `FIRESTORE_EMULATOR_HOST` and `FIREBASE_AUTH_EMULATOR_HOST` are set to.
  package var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Stops listening, closes all connections and waits until that is done; a second call returns at once.
  package func shutdown() async {
    let isFirst = isStopping.withLock { isStopping in
      defer { isStopping = true }
      return !isStopping
    }
    // An event loop group that was shut down never answers a second time.
    guard isFirst else { return }
    // A stop has nobody to report to.
    try? await channel.close()
    try? await group.shutdownGracefully()
    try? await workers.shutdownGracefully()
  }

  private static func reason(of error: any Error) -> String {
    if let error = error as? IOError {
      return error.errnoCode == 98 ? "the port is in use" : String(describing: error)
    }
    return String(describing: error)
  }
}
