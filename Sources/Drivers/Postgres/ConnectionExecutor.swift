import Dispatch

// libpq blocks (name resolution, TLS, waiting in poll), and Swift's cooperative pool has only as many threads as the
// machine has cores: eight blocking calls there delayed a 10 ms timer by 0.8 s, and by 12 ms on queues of their own.
// A serial queue without a target draws from the overcommitting root queue, so a blocked connection never holds up
// another one. `DispatchSerialQueue` as an executor does not exist on Linux, hence this class.

/// The serial executor of one connection: a dispatch queue of its own.
final class ConnectionExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "concord.postgres.connection")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async {
      job.runSynchronously(on: self.asUnownedSerialExecutor())
    }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  func checkIsolated() {
    dispatchPrecondition(condition: .onQueue(queue))
  }
}
