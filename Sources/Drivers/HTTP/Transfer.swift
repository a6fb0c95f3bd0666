internal import CLibCurl
internal import Synchronization

/// One exchange on its way: what to send, what came back so far, and who waits for it.
///
/// `@unchecked Sendable`: apart from its constants and the atomic flag, a transfer is touched by the thread of its
/// `TransferLoop` alone, from the moment the loop takes it out of its inbox.
final class Transfer: @unchecked Sendable {
  /// Receives a streamed body on the loop's thread.
  typealias Receiver = @Sendable (UnsafeRawBufferPointer) -> StreamControl

  /// Where the body and the outcome go.
  enum Sink {
    /// The body becomes part of the response.
    case collect(CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
    /// The body goes to a function; the response has none.
    case stream(Receiver, CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
    /// The body waits in a bounded buffer for its reader.
    case channel(BodyChannel)
  }

  /// Why our side ended a transfer that libcurl would have continued.
  private enum Stop {
    case enough
    case bodyTooLarge
    case violation(String)
    case notRepeatable
  }

  let plan: RequestPlan
  /// Whether the task that waits gave up; set from any thread.
  let isCancelled = Atomic(false)
  /// The handle that carries this transfer while it runs.
  var handle: EasyHandle?

  private var sink: Sink?
  private var head: ResponseHead
  private var body: [UInt8] = []
  private var bodyTruncated = false
  private var sentBytes = 0
  private var attempts = 0
  private var stop: Stop?

  init(_ plan: RequestPlan, maximumHeaderBytes: Int) {
    self.plan = plan
    head = ResponseHead(maximumBytes: maximumHeaderBytes)
  }

  /// Says who waits; to be called once, before the transfer is submitted.
  func attach(_ sink: Sink) {
    self.sink = sink
  }

  // MARK: - What libcurl's callbacks ask

  /// Takes a header line; returns how many bytes were taken, anything but all of them ends the transfer.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
    do throws(ResponseHead.Fault) {
      try head.consume(line)
    } catch {
      stop = .violation(error.message)
      return -1
    }
    // libcurl is told that such a request has content, and would now wait for a body that HEAD never brings.
    if head.isComplete, !head.isInterim, plan.method == "HEAD", plan.content.count != nil {
      stop = .enough
      return -1
    }
    return line.count
  }

  /// Takes bytes of the body; returns how many were taken, or libcurl's codes for "pause" and "end the transfer".
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch sink {
    case .collect: return collect(bytes)
    case .stream(let receive, _):
      guard receive(bytes) == .stop else { return bytes.count }
      bodyTruncated = true
      stop = .enough
      return -1
    case .channel(let channel):
      return channel.offer(bytes, head: response()) ? bytes.count : Int(CURL_WRITEFUNC_PAUSE)
    case nil: return -1
    }
  }

  private func collect(_ bytes: UnsafeRawBufferPointer) -> Int {
    let room = plan.maximumBodyBytes - body.count
    if body.isEmpty {
      body.reserveCapacity(min(max(head.contentLength ?? 0, bytes.count), plan.maximumBodyBytes))
    }
    guard bytes.count > room else {
      body.append(contentsOf: bytes)
      return bytes.count
    }
    switch plan.bodyOverflow {
    case .fail:
      stop = .bodyTooLarge
    case .truncate:
      body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<room]))
      bodyTruncated = true
      stop = .enough
    }
    return -1
  }

  /// Copies the next bytes of the content to where libcurl sends from.
  func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard case .read(let bytes) = plan.content else { return 0 }
    let count = min(buffer.count, bytes.count - sentBytes)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sentBytes..<sentBytes + count]))
    }
    sentBytes += count
    return count
  }

  /// Moves back in the content, for a redirect or a repetition.
  func seek(to offset: Int) -> Bool {
    guard case .read(let bytes) = plan.content, (0...bytes.count).contains(offset) else { return false }
    sentBytes = offset
    return true
  }

  /// Whether the request may be written to a connection now.
  ///
  /// libcurl repeats any request whose kept connection died without an answer. The server may have done what a POST
  /// asked for before it died, so only idempotent methods may be repeated without asking (RFC 9110 section 9.2.2).
  func mayBeSent() -> Bool {
    attempts += 1
    guard attempts > head.count + 1, !plan.isIdempotent else { return true }
    stop = .notRepeatable
    return false
  }

  // MARK: - The end

  /// Tells whoever waits how it ended; later calls do nothing.
  func finish(_ code: CURLcode) {
    finish(with: outcome(code))
  }

  /// Tells whoever waits how it ended; later calls do nothing.
  func finish(with result: Result<HTTPResponse, HTTPError>) {
    switch sink {
    case .collect(let continuation), .stream(_, let continuation): continuation.resume(returning: result)
    case .channel(let channel): channel.finish(result)
    case nil: break
    }
    sink = nil
  }

  /// An error about this transfer's request.
  func error(_ code: HTTPError.Code, _ message: String) -> HTTPError {
    HTTPError(code: code, message: message, url: plan.url, timings: handle?.timings())
  }

  private func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
    if let stop {
      switch stop {
      case .enough: return .success(response())
      case .bodyTooLarge:
        return .failure(error(.bodyTooLarge, "The response body is larger than \(plan.maximumBodyBytes) bytes."))
      case .violation(let message): return .failure(error(.protocolViolation, message))
      case .notRepeatable:
        return .failure(
          error(.reset, "The connection ended without an answer; a \(plan.method) request is not repeated."))
      }
    }
    guard code == CURLE_OK else {
      let (kind, message) = handle?.explain(code) ?? (.other, "The transfer failed (\(code.rawValue)).")
      guard !wasSentInVain(kind) else {
        return .failure(error(.reset, "The connection ended without an answer, and there is no other: \(message)"))
      }
      return .failure(error(kind, message))
    }
    guard head.count > 0 else { return .failure(error(.protocolViolation, "The server sent no response head.")) }
    return .success(response())
  }

  /// Whether a failure to connect hides that the request was sent before.
  ///
  /// When a kept connection dies without an answer, libcurl connects anew and then speaks of that attempt alone. But
  /// whoever is told that no connection could be made concludes that the server cannot have acted.
  private func wasSentInVain(_ kind: HTTPError.Code) -> Bool {
    attempts > head.count && [.connectionRefused, .resolve, .tls].contains(kind)
  }

  private func response() -> HTTPResponse {
    HTTPResponse(
      status: head.status, reason: head.reason, headers: head.headers, body: body, bodyTruncated: bodyTruncated,
      timings: handle?.timings() ?? HTTPTimings(), remoteAddress: handle?.remoteAddress() ?? "",
      httpVersion: head.httpVersion, trailers: head.trailers)
  }
}
