package import RFC3339

/// Learns of every answered request, whatever became of it; must return at once.
package protocol RequestObserver: Sendable {
  /// Takes note of one answer.
  func observe(_ exchange: AnsweredRequest)
}

/// What a log may tell of a request and its answer: no body, no query, no secret.
package struct AnsweredRequest: Sendable {
  /// When the answer was ready.
  package let time: Timestamp

  /// The method.
  package let method: String

  /// The path, with secret parameters replaced by their names.
  package let path: String

  /// The operationId; empty when no route matched.
  package let operation: String

  /// The status of the answer.
  package let status: Int

  /// The time from the head of the request to the answer.
  package let duration: Duration

  /// The id of the request.
  package let requestID: String

  /// The numeric address of the peer.
  package let remoteAddress: String?

  /// The User-Agent header.
  package let userAgent: String?

  /// The uid that was verified while answering.
  package let subject: String?

  /// Which service answered, nil when it was this one.
  package let answeredBy: String?

  /// Creates a record of one answer.
  package init(
    time: Timestamp, method: String, path: String, operation: String, status: Int, duration: Duration,
    requestID: String, remoteAddress: String?, userAgent: String?, subject: String?, answeredBy: String?
  ) {
    self.time = time
    self.method = method
    self.path = path
    self.operation = operation
    self.status = status
    self.duration = duration
    self.requestID = requestID
    self.remoteAddress = remoteAddress
    self.userAgent = userAgent
    self.subject = subject
    self.answeredBy = answeredBy
  }
}
