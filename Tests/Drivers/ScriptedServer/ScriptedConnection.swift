import Glibc
import Synchronization

/// One accepted connection in the hands of a script.
package final class ScriptedConnection: Sendable {
  /// A request as it arrived.
  package struct Request: Sendable {
    /// "GET /path HTTP/1.1".
    package let line: String
    /// The header lines, without line breaks.
    package let headers: [String]
    /// The content, as long as `Content-Length` says or dechunked.
    package let body: [UInt8]

    /// The value of the first header of that name.
    package func header(_ name: String) -> String? {
      let prefix = name.lowercased() + ":"
      return headers.first { $0.lowercased().hasPrefix(prefix) }.map { line in
        String(line.dropFirst(prefix.count).drop { $0 == " " })
      }
    }
  }

  /// The number of this connection at its server, from 0.
  package let index: Int

  private let descriptor: Int32
  private let state = Mutex((isOpen: true, buffer: [UInt8]()))

  init(_ descriptor: Int32, index: Int) {
    self.descriptor = descriptor
    self.index = index
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Reads one whole request; nil when the peer ended the connection before.
  package func readRequest() -> Request? {
    var head: [UInt8] = []
    while !head.hasSuffix("\r\n\r\n".utf8) {
      guard let byte = readByte() else { return nil }
      head.append(byte)
    }
    var lines = String(decoding: head.dropLast(4), as: UTF8.self).split(separator: "\r\n").map(String.init)
    let line = lines.isEmpty ? "" : lines.removeFirst()
    let bare = Request(line: line, headers: lines, body: [])
    let count = bare.header("Content-Length").flatMap { Int($0) } ?? 0
    var body: [UInt8] = []
    body.reserveCapacity(count)
    while body.count < count {
      guard let part = read(atMost: count - body.count) else { return nil }
      body += part
    }
    return Request(line: line, headers: lines, body: body)
  }

  /// Writes text as it stands; false when the peer is gone.
  @discardableResult
  package func write(_ text: String) -> Bool {
    write(Array(text.utf8))
  }

  /// Writes bytes as they stand; false when the peer is gone.
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Answers with a status line, headers and a body of known length.
  @discardableResult
  package func respond(_ status: String = "200 OK", headers: [String] = [], body: String = "") -> Bool {
    let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
    return write(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }

  /// Waits until the peer closes the connection, which it does when it aborts a transfer.
  package func waitForEnd() {
    while read(atMost: 65_536) != nil {}
  }

  /// Ends the connection with a TCP reset instead of a proper end.
  package func reset() {
    var hard = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
    end()
  }

  /// Ends the connection; the script must not use it afterwards.
  package func end() {
    state.withLock { state in
      if state.isOpen { close(descriptor) }
      state.isOpen = false
    }
  }

  /// Wakes the script out of whatever it waits for.
  func interrupt() {
    state.withLock { state in
      if state.isOpen { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  private func readByte() -> UInt8? {
    if let byte = state.withLock({ $0.buffer.popLast() }) { return byte }
    guard let bytes = receive(65_536) else { return nil }
    return state.withLock { state in
      state.buffer = bytes.reversed()
      return state.buffer.popLast()
    }
  }

  private func read(atMost count: Int) -> [UInt8]? {
    let buffered = state.withLock { state in
      let taken = Array(state.buffer.suffix(count).reversed())
      state.buffer.removeLast(taken.count)
      return taken
    }
    return buffered.isEmpty ? receive(count) : buffered
  }

  private func receive(_ count: Int) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, recv(descriptor, buffer.baseAddress, count, 0))
    }
    return bytes.isEmpty ? nil : bytes
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ suffix: some BidirectionalCollection<UInt8>) -> Bool {
    count >= suffix.count && self.suffix(suffix.count).elementsEqual(suffix)
  }
}
