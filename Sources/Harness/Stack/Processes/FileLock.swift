import Glibc

/// A lock between processes on one machine, held until it is released or its process ends.
///
/// flock(2) rather than a lock file that is there or not: the kernel releases it whatever kills the holder.
final class FileLock: Sendable {
  enum Mode: Sendable {
    case shared, exclusive
  }

  private let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Waits for the lock without blocking a thread; polled, since flock has no way to be waited for otherwise.
  ///
  /// - Throws: `SystemFailure` when the file cannot be opened, or `ECANCELED` when the task is cancelled.
  static func acquire(_ path: String, _ mode: Mode) async throws(SystemFailure) -> FileLock {
    var pause = Duration.milliseconds(2)
    while true {
      if let lock = try tryAcquire(path, mode) { return lock }
      do {
        try await Task.sleep(for: pause)
      } catch {
        throw SystemFailure("wait for \(path)", ECANCELED)
      }
      pause = min(pause * 2, .milliseconds(25))
    }
  }

  /// Takes the lock if nobody stands in the way.
  static func tryAcquire(_ path: String, _ mode: Mode) throws(SystemFailure) -> FileLock? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemFailure("open \(path)", errno) }
    if flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 {
      return FileLock(descriptor: descriptor)
    }
    let number = errno
    close(descriptor)
    guard number == EWOULDBLOCK || number == EINTR else { throw SystemFailure("lock \(path)", number) }
    return nil
  }
}
