internal import CLibCurl
internal import Glibc
internal import Synchronization

/// The mailbox and the thread of a client: tasks put work in, the thread does it.
///
/// libcurl's handles may not be used by two threads, and blocking calls have no place on Swift's cooperative pool, so
/// everything of libcurl happens on this thread. A task that submits work wakes the thread only when it sleeps: under
/// load many submissions share one wake-up, and the thread takes all of them at once.
final class TransferLoop: Sendable {
  /// What happened in the mailbox since the thread looked last.
  struct Work {
    var submitted: [Transfer] = []
    var cancelled: [Transfer] = []
    var resumed: [Transfer] = []
    var isStopping = false

    var isEmpty: Bool { submitted.isEmpty && cancelled.isEmpty && resumed.isEmpty && !isStopping }
  }

  private struct Inbox {
    var work = Work()
    /// Whether the thread is about to sleep, or sleeps, without anyone having woken it yet.
    var isAsleep = false
    /// Whether the multi handle is still there to be woken.
    var isOpen = true
  }

  private let inbox = Mutex(Inbox())
  private let thread = Mutex<pthread_t?>(nil)
  // Used by the loop's thread alone, but for curl_multi_wakeup, the one function that libcurl allows from other
  // threads; `inbox` guards that call against the end of the handle.
  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

  init(_ configuration: HTTPClientConfiguration) {
    precondition(Self.libraryIsReady, "libcurl could not be initialised")
    guard let multi = curl_multi_init() else { fatalError("out of memory for libcurl's multi handle") }
    self.multi = multi
    start(configuration)
  }

  // MARK: - Any thread

  /// Hands a transfer to the thread; it ends at once with `cancelled` when the loop was stopped.
  func submit(_ transfer: Transfer) {
    guard post({ $0.submitted.append(transfer) }) else {
      transfer.finish(with: .failure(transfer.error(.cancelled, "The HTTP client was shut down.")))
      return
    }
  }

  /// Aborts a transfer wherever it is on its way; does nothing when it is over.
  func cancel(_ transfer: Transfer) {
    transfer.isCancelled.store(true, ordering: .releasing)
    post { $0.cancelled.append(transfer) }
  }

  /// Lets a paused transfer go on.
  func resume(_ transfer: Transfer) {
    post { $0.resumed.append(transfer) }
  }

  /// Asks the thread to abort everything and to end.
  func stop() {
    post { $0.isStopping = true }
  }

  /// Waits for the thread to end after `stop()`; on the thread itself it only lets go of it.
  func join() {
    thread.withLock { thread in
      guard let running = thread else { return }
      thread = nil
      if pthread_equal(running, pthread_self()) != 0 {
        pthread_detach(running)
      } else {
        pthread_join(running, nil)
      }
    }
  }

  deinit {
    // Only the thread itself held the loop longer than its client, so there is nobody left to join it.
    thread.withLock { thread in
      if let running = thread { pthread_detach(running) }
      thread = nil
    }
  }

  @discardableResult
  private func post(_ change: (inout Work) -> Void) -> Bool {
    inbox.withLock { inbox in
      guard inbox.isOpen, !inbox.work.isStopping else { return false }
      change(&inbox.work)
      if inbox.isAsleep {
        inbox.isAsleep = false
        curl_multi_wakeup(multi)
      }
      return true
    }
  }

  // MARK: - The thread

  private func start(_ configuration: HTTPClientConfiguration) {
    let main = ThreadMain(loop: self, configuration: configuration)
    let argument = Unmanaged.passRetained(main)
    let code = thread.withLock { thread in
      var created = pthread_t()
      let code = pthread_create(
        &created, nil,
        { argument in
          // The argument is the one passed below, never nil.
          let main = Unmanaged<ThreadMain>.fromOpaque(argument!).takeRetainedValue()
          main.loop.run(main.configuration)
          return nil
        }, argument.toOpaque())
      if code == 0 { thread = created }
      return code
    }
    guard code != 0 else { return }
    argument.release()
    close()
  }

  private func run(_ configuration: HTTPClientConfiguration) {
    Self.blockSignals()
    let engine = TransferEngine(multi: multi, configuration: configuration)
    while true {
      let work = takeWork()
      engine.take(work)
      if work.isStopping { break }
      engine.perform()
      if maySleep() {
        // libcurl wakes up earlier for its own timers; the limit only bounds what a lost wake-up could cost.
        curl_multi_poll(multi, nil, 0, 10_000, nil)
        inbox.withLock { $0.isAsleep = false }
      }
    }
    engine.abortAll()
    close()
  }

  private func takeWork() -> Work {
    inbox.withLock { inbox in
      let work = inbox.work
      inbox.work = Work(isStopping: work.isStopping)
      return work
    }
  }

  private func maySleep() -> Bool {
    inbox.withLock { inbox in
      inbox.isAsleep = inbox.work.isEmpty
      return inbox.isAsleep
    }
  }

  /// Ends the multi handle, behind which nothing may be posted any more.
  private func close() {
    let left = inbox.withLock { inbox in
      inbox.isOpen = false
      return inbox.work.submitted
    }
    for transfer in left {
      transfer.finish(with: .failure(transfer.error(.cancelled, "The HTTP client was shut down.")))
    }
    curl_multi_cleanup(multi)
  }

  /// Keeps all signals away from this thread: a signal belongs to the program's own threads, and TLS writes to a closed
  /// connection would raise SIGPIPE here, against which libcurl does nothing under `CURLOPT_NOSIGNAL`.
  private static func blockSignals() {
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_SETMASK, &signals, nil)
  }

  /// Initialises libcurl once per process, before any thread uses it.
  private static let libraryIsReady = concord_curl_global_init() == CURLE_OK
}

/// What the new thread needs to begin.
private final class ThreadMain: Sendable {
  let loop: TransferLoop
  let configuration: HTTPClientConfiguration

  init(loop: TransferLoop, configuration: HTTPClientConfiguration) {
    self.loop = loop
    self.configuration = configuration
  }
}
