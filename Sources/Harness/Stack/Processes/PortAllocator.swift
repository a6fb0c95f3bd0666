import Glibc
import Synchronization

/// Finds free TCP ports for servers that must be told theirs.
///
/// Between the look and the server's own bind another process may take the port. Ports that the kernel hands out for
/// outgoing connections (32768 and up on Linux) would be lost that way all the time under load, so ports are drawn at
/// random from below that range; what still collides shows in the server's log and is tried again with another port.
package final class PortAllocator: Sendable {
  private let generator: Mutex<any RandomNumberGenerator & Sendable>
  private let given = Mutex<Set<Int>>([])

  /// Draws from the given source of randomness.
  package init(generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
    self.generator = Mutex(generator)
  }

  /// A port that is free on all addresses of this machine and was not given before.
  ///
  /// - Parameter preferred: taken if it is free; 0 for no preference.
  package func next(preferred: Int = 0) throws(StackError) -> Int {
    if preferred > 0, Self.isFree(preferred), given.withLock({ $0.insert(preferred).inserted }) { return preferred }
    for _ in 0..<200 {
      let port = generator.withLock { generator in Self.draw(from: &generator) }
      if given.withLock({ $0.insert(port).inserted }), Self.isFree(port) { return port }
    }
    throw StackError(.system, "found no free TCP port between 12000 and 31999")
  }

  private static func draw(from generator: inout any RandomNumberGenerator & Sendable) -> Int {
    12_000 + Int(generator.next() % 20_000)
  }

  /// Whether nobody listens on a port, on whatever address.
  static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr = in_addr(s_addr: INADDR_ANY)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// Whether a log line says that a port was taken, in the words of libc's strerror(EADDRINUSE) or of a runtime.
  package static func reportsTakenPort(_ line: String) -> Bool {
    let line = line.lowercased()
    return line.contains("address already in use") || line.contains("eaddrinuse")
  }
}
