import Glibc

/// A file that is written beside the one it replaces, and takes its place when it is complete.
///
/// A reader never sees half of it; what was not committed leaves nothing behind.
struct AtomicFile: ~Copyable {
  /// What the system said.
  struct Problem: Error {
    let reason: String

    /// The reason of the call that failed last.
    fileprivate init(_ code: Int32) {
      switch code {
      case EACCES, EPERM: reason = "no permission"
      case ENOSPC, EDQUOT: reason = "no space left"
      case EROFS: reason = "the file system is read-only"
      case EISDIR, ENOTDIR, EEXIST: reason = "a file is in the way"
      default: reason = String(cString: strerror(code))
      }
    }
  }

  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isCommitted = false

  private static let bufferSize = 64 * 1024

  /// Begins a file.
  init(replacing path: String) throws(Problem) {
    self.path = path
    // A name that nobody can foresee, and nothing that is there already: not even a link is followed.
    temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).part"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Problem(errno) }
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporary) }
  }

  /// Appends text.
  mutating func append(_ text: String) throws(Problem) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private mutating func flush() throws(Problem) {
    var offset = 0
    while offset < buffer.count {
      let count = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Problem(errno) }
      offset += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Puts the file in its place.
  mutating func commit() throws(Problem) {
    try flush()
    guard rename(temporary, path) == 0 else { throw Problem(errno) }
    isCommitted = true
  }
}
