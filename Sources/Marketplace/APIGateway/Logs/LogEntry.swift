package import RFC3339
package import ServiceKit

/// One row of `api_logs` before it has an id.
package struct LogEntry: Sendable, Hashable {
  /// The service that answered.
  package let serviceName: String
  /// The path of the request, with secret parameters replaced by their names.
  package let path: String
  /// The method.
  package let method: String
  /// The status of the answer.
  package let statusCode: Int
  /// The time to the answer in milliseconds.
  package let latencyMilliseconds: Int
  /// The uid, only when it was verified.
  package var userUID: String?
  /// The numeric address of the client.
  package let ipAddress: String?
  /// The program of the client.
  package let userAgent: String?
  /// The id of the request.
  package let requestID: String
  /// When the answer was ready.
  package var createdAt: Timestamp

  /// Makes a row from an answered request, cut to the widths of the columns.
  package init(_ exchange: AnsweredRequest) {
    serviceName = exchange.answeredBy ?? APIGatewayComposition.name
    path = String(String.UnicodeScalarView(exchange.path.unicodeScalars.prefix(2048)))
    method = String(exchange.method.prefix(16))
    statusCode = exchange.status
    let (seconds, attoseconds) = exchange.duration.components
    latencyMilliseconds = Int(clamping: seconds * 1000 + (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000)
    userUID = exchange.subject
    ipAddress = exchange.remoteAddress.flatMap { IPAddress($0)?.description }
    userAgent = exchange.userAgent.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(512))) }
    requestID = exchange.requestID
    createdAt = exchange.time.truncatedToMicroseconds()
  }
}
