internal import Glibc

/// A TCP port of 127.0.0.1 that accepts connections and never says a word, as a hung server does.
package final class SilentListener: Sendable {
  /// Its number, chosen by the system.
  package let port: Int
  private let descriptor: Int32

  /// Starts to listen.
  package init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (descriptor, size) = (descriptor, length)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, size) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isBound else { throw SpawnFailure(description: "no port to listen on") }
  }

  deinit {
    close(descriptor)
  }
}

/// A TCP port of 127.0.0.1 that nobody listens on at the moment.
package func freePort() throws -> Int { try SilentListener().port }
