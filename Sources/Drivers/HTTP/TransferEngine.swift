internal import CLibCurl
internal import Synchronization

/// What the client's thread does with libcurl: start, advance, pause, abort and finish transfers.
///
/// Not `Sendable`, so the compiler keeps it on the thread that made it. Handles are pooled: a fresh one per request
/// costs four times the work of a reused one.
final class TransferEngine {
  private let multi: UnsafeMutableRawPointer
  private let configuration: HTTPClientConfiguration
  private var active: [UnsafeMutableRawPointer: Transfer] = [:]
  private var idle: [EasyHandle] = []

  init(multi: UnsafeMutableRawPointer, configuration: HTTPClientConfiguration) {
    self.multi = multi
    self.configuration = configuration
    let limits: [(CURLMoption, Int)] = [
      (CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maximumConnectionsPerHost),
      (CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maximumConnections),
      (CURLMOPT_MAXCONNECTS, configuration.maximumConnections),
      (CURLMOPT_PIPELINING, 0),
    ]
    for (option, value) in limits { concord_curl_multi_set_long(multi, option, value) }
  }

  /// Begins, lets go on and aborts what the mailbox asks for.
  func take(_ work: TransferLoop.Work) {
    for transfer in work.submitted { start(transfer) }
    for transfer in work.resumed {
      if let handle = transfer.handle { curl_easy_pause(handle.pointer, CURLPAUSE_CONT) }
    }
    for transfer in work.cancelled where transfer.handle != nil { abort(transfer, "The request was cancelled.") }
  }

  /// Advances all transfers as far as possible without waiting, and finishes those that are over.
  func perform() {
    var running: Int32 = 0
    let code = curl_multi_perform(multi, &running)
    guard code == CURLM_OK else {
      let message = String(cString: curl_multi_strerror(code))
      for transfer in active.values {
        end(transfer, with: .failure(transfer.error(.other, "libcurl failed: \(message).")))
      }
      return
    }
    var remaining: Int32 = 0
    while let message = curl_multi_info_read(multi, &remaining) {
      guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle else { continue }
      // Read before the handle is removed, which ends the message.
      let result = message.pointee.data.result
      guard let transfer = active.removeValue(forKey: pointer) else { continue }
      curl_multi_remove_handle(multi, pointer)
      transfer.finish(result)
      if let handle = transfer.handle { recycle(handle) }
      transfer.handle = nil
    }
  }

  /// Aborts all transfers and lets go of all handles.
  func abortAll() {
    for transfer in active.values { abort(transfer, "The HTTP client was shut down.") }
    idle.removeAll()
  }

  private func start(_ transfer: Transfer) {
    guard !transfer.isCancelled.load(ordering: .acquiring) else {
      transfer.finish(with: .failure(transfer.error(.cancelled, "The request was cancelled.")))
      return
    }
    guard let handle = idle.popLast() ?? EasyHandle(configuration) else {
      transfer.finish(with: .failure(transfer.error(.other, "libcurl has no memory for another transfer.")))
      return
    }
    transfer.handle = handle
    active[handle.pointer] = transfer
    let isPrepared = handle.prepare(for: transfer)
    guard isPrepared, curl_multi_add_handle(multi, handle.pointer) == CURLM_OK else {
      end(transfer, with: .failure(transfer.error(.other, "libcurl refused the request.")))
      return
    }
  }

  private func abort(_ transfer: Transfer, _ message: String) {
    end(transfer, with: .failure(transfer.error(.cancelled, message)))
  }

  /// Ends a transfer from our side; its handle is not used again, so nothing of it can reach another transfer.
  private func end(_ transfer: Transfer, with result: Result<HTTPResponse, HTTPError>) {
    if let handle = transfer.handle {
      active.removeValue(forKey: handle.pointer)
      curl_multi_remove_handle(multi, handle.pointer)
    }
    transfer.handle = nil
    transfer.finish(with: result)
  }

  private func recycle(_ handle: EasyHandle) {
    guard idle.count < configuration.maximumConnections else { return }
    handle.clear()
    idle.append(handle)
  }
}
