import Glibc

/// A new file of keys, an object of JSON a line, that only its owner may read.
struct KeyLines: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []

  /// Creates the file; there must be none.
  init(creating path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.problem(path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Adds a line.
  mutating func append(_ line: String) throws {
    buffer.append(contentsOf: line.utf8)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= 1 << 16 { try flush() }
  }

  /// Writes what is left.
  mutating func flush() throws {
    try buffer.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw Self.problem(path) }
        rest = rest.dropFirst(count)
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func problem(_ path: String) -> RuleError {
    RuleError(message: "keys for Spark cannot be written to \(path): \(String(cString: strerror(errno)))")
  }
}
