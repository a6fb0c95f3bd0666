// A client that sends exactly the bytes it is given: repeated and broken headers, chunks, bytes that are no UTF-8. One
// connection per exchange, closed after the announced length of the answer. Blocking, so on a thread of its own.

internal import Dispatch
internal import Glibc

/// One answer as it came over the wire.
package struct RawAnswer: Sendable {
  /// The status code; 0 when the server closed the connection without an answer.
  package let status: Int
  /// All header lines.
  package let head: String
  /// The content.
  package let body: [UInt8]

  /// The value of a header field.
  package func header(_ name: String) -> String? {
    let prefix = "\(name.lowercased()):"
    return head.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix(prefix) }.map { line in
      String(line.dropFirst(prefix.count).drop { $0 == " " })
    }
  }
}

extension WholeMarketplace {
  /// Sends bytes to a service and reads one answer.
  package func exchange(_ bytes: [UInt8], with service: Service) async -> RawAnswer {
    let port = ports[service] ?? 0
    let received = await withCheckedContinuation { continuation in
      DispatchQueue(label: "raw exchange").async {
        continuation.resume(returning: RawConnection.exchange(bytes, port: port))
      }
    }
    return RawAnswer(received)
  }

  /// Sends a request with these lines after the first, and a body that is sent as it is.
  package func exchange(
    _ method: String, _ target: String, lines: [String] = [], body: [UInt8] = [], isChunked: Bool = false,
    with service: Service = .gateway
  ) async -> RawAnswer {
    var bytes = Array("\(method) \(target) HTTP/1.1\r\nHost: marketplace.test\r\n".utf8)
    for line in lines { bytes += Array("\(line)\r\n".utf8) }
    if !lines.contains(where: { $0.lowercased().hasPrefix("connection:") }) {
      bytes += Array("Connection: close\r\n".utf8)
    }
    if isChunked {
      bytes += Array("Transfer-Encoding: chunked\r\n\r\n".utf8)
      for start in stride(from: 0, to: body.count, by: 60_000) {
        let chunk = body[start..<min(start + 60_000, body.count)]
        bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
      }
      bytes += Array("0\r\n\r\n".utf8)
    } else {
      bytes += Array((body.isEmpty ? "\r\n" : "Content-Length: \(body.count)\r\n\r\n").utf8) + body
    }
    return await exchange(bytes, with: service)
  }
}

extension RawAnswer {
  fileprivate init(_ received: [UInt8]) {
    let end = received.indices.first { received[$0...].starts(with: "\r\n\r\n".utf8) } ?? received.endIndex
    head = String(decoding: received[..<end], as: UTF8.self)
    body = Array(received[end...].dropFirst(4))
    status = head.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
  }
}

private enum RawConnection {
  static func exchange(_ bytes: [UInt8], port: Int) -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return [] }
    var rest = bytes[...]
    while !rest.isEmpty {
      // A server that answers early may stop reading: what it said is then still there to be read.
      let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { break }
      rest = rest.dropFirst(sent)
    }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return received }
      received += buffer[..<count]
      if isComplete(received) { return received }
    }
  }

  private static func isComplete(_ received: [UInt8]) -> Bool {
    let answer = RawAnswer(received)
    guard received.count > answer.head.utf8.count, answer.status >= 200 else { return false }
    guard answer.status != 204, let length = answer.header("Content-Length").flatMap({ Int($0) }) else {
      return answer.status == 204
    }
    return answer.body.count >= length
  }
}
