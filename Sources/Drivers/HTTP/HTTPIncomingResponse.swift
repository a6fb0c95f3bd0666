/// A response whose head is there and whose body is read piece by piece, no faster than its reader wants it.
///
/// Dropping it before the end aborts the transfer.
package final class HTTPIncomingResponse: Sendable {
  /// The response without its body; its timings end with the first byte.
  package let head: HTTPResponse

  private let channel: BodyChannel
  private let transfer: Transfer
  private let loop: TransferLoop
  // Letting go of a client aborts its transfers, so an open response holds on to it.
  private let client: HTTPClient

  init(head: HTTPResponse, channel: BodyChannel, transfer: Transfer, loop: TransferLoop, client: HTTPClient) {
    self.client = client
    self.head = head
    self.channel = channel
    self.transfer = transfer
    self.loop = loop
  }

  deinit {
    loop.cancel(transfer)
  }

  /// Waits for the next bytes, as many as have arrived; nil at the end of a whole body.
  ///
  /// A body that ends early throws: what was read before is then not all there was. Not for two tasks at a time.
  package func next() async throws(HTTPError) -> [UInt8]? {
    let (bytes, wasPaused) = try await withTaskCancellationHandler {
      await channel.next()
    } onCancel: {
      loop.cancel(transfer)
    }.get()
    if wasPaused { loop.resume(transfer) }
    return bytes.isEmpty ? nil : bytes
  }
}
