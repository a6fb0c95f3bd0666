internal import Logging
internal import ServiceKit

/// One service that listens until this process ends.
struct RunningService: Sendable {
  /// Why a service does not run.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let port: Int
  private let task: Task<Void, Never>

  /// Puts a service together as `marketplace` does and waits until it listens.
  static func start(
    _ composition: (some ServiceComposition).Type, _ environment: [String: String], _ logs: LogRecorder
  ) async throws -> RunningService {
    let logger = logs.logger(composition.name)
    let definition = composition.define(try composition.assemble(environment: environment, logger: logger))
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    let task = Task {
      defer { listening.finish() }
      do {
        try await ServiceHost.run(definition, logger: logger, environment: [:]) { listening.yield($0) }
      } catch {
        logger.error("ended: \(error)")
      }
    }
    var iterator = ports.makeAsyncIterator()
    guard let port = await iterator.next() else {
      throw Failure(description: "\(composition.name) did not listen: \(logs.lines.suffix(3))")
    }
    return RunningService(port: port, task: task)
  }
}
