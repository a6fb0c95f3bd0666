private import Dispatch

#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// Notices that the parent is gone: the pipe it held to our standard input ends.
enum ParentWatch {
  /// Calls the closure once when standard input ends; what arrives on it before is ignored.
  static func onEndOfStandardInput(_ action: @escaping @Sendable () -> Void) {
    // A queue of its own: the read blocks for as long as the parent lives.
    DispatchQueue(label: "concord.parent-watch").async {
      var buffer = [UInt8](repeating: 0, count: 256)
      while true {
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count > 0 || (count < 0 && errno == EINTR) { continue }
        action()
        return
      }
    }
  }
}
