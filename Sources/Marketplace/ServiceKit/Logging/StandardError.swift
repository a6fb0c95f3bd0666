#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// Standard error, line by line: one `write(2)` each, so that lines of several threads never mix.
package enum StandardError {
  /// Writes one line; a closed standard error is ignored, because there is nobody left to tell.
  package static func write(line: String) {
    var bytes = Array(line.utf8)
    bytes.append(UInt8(ascii: "\n"))
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Glibc.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { return }
        rest = rest.dropFirst(written)
      }
    }
  }
}
