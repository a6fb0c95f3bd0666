/// An HTTP/1.1 client over one libcurl multi handle on one thread of its own, safe to use from any task.
///
/// Connections are kept and reused. Cancelling a task that waits here aborts its transfer at once.
package final class HTTPClient: Sendable {
  private let loop: TransferLoop
  private let configuration: HTTPClientConfiguration

  /// Starts a client; end it with `shutdown()`, or by letting go of it.
  package init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
    self.configuration = configuration
    loop = TransferLoop(configuration)
  }

  deinit {
    loop.stop()
  }

  /// Sends a request and returns the whole response, whatever its status.
  ///
  /// Throws when no response came, or one that breaks HTTP or the limits of the request.
  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    try await perform(request) { .collect($0) }
  }

  /// Sends a request and hands each piece of the response body to a function as it arrives.
  ///
  /// The function runs on the client's thread, where it holds up every other transfer: it must be quick and must not
  /// block. The response returned at the end has no body. For slow readers there is `open`.
  package func stream(
    _ request: HTTPRequest, receiving: @escaping @Sendable (UnsafeRawBufferPointer) -> StreamControl
  ) async throws(HTTPError) -> HTTPResponse {
    try await perform(request) { .stream(receiving, $0) }
  }

  /// Sends a request and returns as soon as the response body begins (or is known to be empty).
  ///
  /// The body is read through the result at the reader's pace: a full buffer pauses the connection. The request's
  /// total timeout covers that reading too.
  package func open(_ request: HTTPRequest) async throws(HTTPError) -> HTTPIncomingResponse {
    let transfer = Transfer(try RequestPlan(request), maximumHeaderBytes: configuration.maximumHeaderBytes)
    let channel = BodyChannel(capacity: configuration.streamBufferBytes)
    transfer.attach(.channel(channel))
    loop.submit(transfer)
    let head = try await withTaskCancellationHandler {
      await channel.head()
    } onCancel: {
      loop.cancel(transfer)
    }.get()
    return HTTPIncomingResponse(head: head, channel: channel, transfer: transfer, loop: loop, client: self)
  }

  /// Aborts what is under way with `cancelled`, closes all connections and waits for the thread to end.
  ///
  /// Requests sent later fail with `cancelled`. May be called again, and from any thread.
  package func shutdown() {
    loop.stop()
    loop.join()
  }

  private func perform(
    _ request: HTTPRequest,
    into sink: (CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>) -> Transfer.Sink
  ) async throws(HTTPError) -> HTTPResponse {
    let transfer = Transfer(try RequestPlan(request), maximumHeaderBytes: configuration.maximumHeaderBytes)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.attach(sink(continuation))
        loop.submit(transfer)
      }
    } onCancel: {
      loop.cancel(transfer)
    }
    // The client must outlive its transfers: letting go of it aborts them.
    return try withExtendedLifetime(self) { result }.get()
  }
}
