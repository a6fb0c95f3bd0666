import Glibc

/// A server that answers every request alike, as fast as one thread can: the baseline that costs next to nothing.
enum TrivialServer {
  /// What every request is answered with.
  static let body = #"{"id": 7, "name": "hammer", "price": "12.50", "tags": ["red", "new"], "stock": 100}"#

  /// Listens on a free port, tells it on standard output, and answers until the process is killed.
  static func serve() -> Never {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard bind(listener, pointer, length) == 0, listen(listener, 256) == 0,
          getsockname(listener, pointer, &length) == 0
        else { exit(1) }
      }
    }
    print(UInt16(bigEndian: address.sin_port))
    fflush(nil)
    answer(listener)
  }

  private static func answer(_ listener: Int32) -> Never {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    let reply = Array((head + body).utf8)
    var watched = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    var pending: [Int32: [UInt8]] = [:]
    while true {
      guard poll(&watched, nfds_t(watched.count), -1) > 0 else { continue }
      for ready in watched where ready.revents != 0 {
        if ready.fd == listener {
          let connection = accept(listener, nil, nil)
          guard connection >= 0 else { continue }
          var on: Int32 = 1
          setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
          watched.append(pollfd(fd: connection, events: Int16(POLLIN), revents: 0))
        } else if !serve(ready.fd, &pending, reply) {
          pending[ready.fd] = nil
          close(ready.fd)
          watched.removeAll { $0.fd == ready.fd }
        }
      }
    }
  }

  /// Reads what is there and answers each request in it; false when the connection is over.
  ///
  /// Only requests without a body are understood, which is all that the benchmark sends.
  private static func serve(_ descriptor: Int32, _ pending: inout [Int32: [UInt8]], _ reply: [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return false }
    var bytes = (pending[descriptor] ?? []) + buffer.prefix(count)
    while let end = headEnd(bytes) {
      guard write(descriptor, reply, reply.count) == reply.count else { return false }
      bytes.removeFirst(end)
    }
    pending[descriptor] = bytes
    return true
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 {
      return index + 1
    }
    return nil
  }
}
