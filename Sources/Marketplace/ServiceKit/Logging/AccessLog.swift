package import Logging

/// Writes one line for every answered request.
package struct AccessLog: RequestObserver {
  private let logger: Logger

  /// Creates an access log on a logger.
  package init(_ logger: Logger) { self.logger = logger }

  /// Writes the line of one answer.
  package func observe(_ exchange: AnsweredRequest) {
    let tenths = Int((exchange.duration.milliseconds * 10).rounded())
    var metadata: Logger.Metadata = [
      "method": "\(exchange.method)",
      "path": "\(exchange.path.prefix(300))",
      "status": "\(exchange.status)",
      "ms": "\(tenths / 10).\(tenths % 10)",
    ]
    if !exchange.operation.isEmpty { metadata["operation"] = "\(exchange.operation)" }
    metadata["request_id"] = "\(exchange.requestID)"
    logger.info("request", metadata: metadata)
  }
}
