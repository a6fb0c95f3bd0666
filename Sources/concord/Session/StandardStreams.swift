// Swift buffers stdout when it is piped, and what is in the buffer is lost when a program dies. Everything a
// person or a CI log should see therefore goes through write(2) at once.

import Glibc

/// The two output streams of the process.
enum StandardStreams {
  /// Results and progress.
  static let out = Stream(descriptor: STDOUT_FILENO)
  /// Errors.
  static let error = Stream(descriptor: STDERR_FILENO)

  /// An output stream without a buffer.
  struct Stream: Sendable {
    let descriptor: Int32

    /// Whether a person looks at it.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes all of the text; a closed reader is not an error.
    func write(_ text: String) {
      var rest = ArraySlice(text.utf8)
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        if count < 0 { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}
