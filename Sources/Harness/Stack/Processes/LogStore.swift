import Glibc
package import RFC3339
import Synchronization

/// What one component said, line by line with the time of arrival: bounded, and with secrets blanked.
///
/// Lines come in as the pipe delivers them, in pieces. The oldest lines go first when the store is full; a copy of
/// everything can go to a file, which is not bounded, since whoever asks for it wants all of it.
package final class LogStore: Sendable {
  /// A line as it arrived, without its line break.
  package struct Line: Sendable, Hashable {
    package let at: Timestamp
    package let text: String
  }

  /// How much is kept.
  package struct Limits: Sendable, Hashable {
    /// Lines that are kept; 20,000 unless told otherwise.
    package var lines = 20_000
    /// Bytes of text that are kept; 8 MiB unless told otherwise.
    package var bytes = 8 << 20
    /// Bytes of one line that are kept, 16 KiB unless told otherwise; the rest of the line is dropped.
    package var lineBytes = 16 << 10

    /// The standard limits.
    package init() {}
  }

  private struct State {
    var lines: [Line] = []
    /// Index of the oldest line that is still kept; the ones before it are removed in one go, now and then.
    var first = 0
    var bytes = 0
    var partial: [UInt8] = []
    var file: LogFile?
  }

  private let state: Mutex<State>
  private let clock: any WallClock
  private let secrets: [String]
  private let limits: Limits

  /// Opens a store.
  ///
  /// - Parameters:
  ///   - secrets: texts that are replaced by `***` wherever they occur in a line.
  ///   - filePath: a file that gets every line too, with its time; nil for none. A file that cannot be opened is left
  ///     out: losing the copy must not stop the run.
  package init(clock: any WallClock, secrets: [String] = [], limits: Limits = Limits(), filePath: String? = nil) {
    self.clock = clock
    self.secrets = secrets.filter { !$0.isEmpty }
    self.limits = limits
    self.state = Mutex(State(file: filePath.flatMap(LogFile.init(path:))))
  }

  /// Takes the next bytes of the stream.
  package func append(_ bytes: UnsafeRawBufferPointer) {
    let now = clock.now()
    state.withLock { state in
      for byte in bytes {
        if byte == UInt8(ascii: "\n") {
          commit(&state, at: now)
        } else if state.partial.count < limits.lineBytes {
          state.partial.append(byte)
        }
      }
    }
  }

  /// Takes a text as one line.
  package func append(line: String) {
    let now = clock.now()
    state.withLock { state in
      if !state.partial.isEmpty { commit(&state, at: now) }
      state.partial = Array(line.utf8.prefix(limits.lineBytes))
      commit(&state, at: now)
    }
  }

  /// Ends the stream: a last line without line break counts too.
  package func finish() {
    let now = clock.now()
    state.withLock { state in
      if !state.partial.isEmpty { commit(&state, at: now) }
      state.file = nil
    }
  }

  /// The last lines, at most `count`.
  package func tail(_ count: Int) -> [String] {
    state.withLock { state in state.lines[state.first...].suffix(count).map(\.text) }
  }

  /// The lines that arrived within a span of time, both ends included.
  package func lines(from start: Timestamp, to end: Timestamp) -> [Line] {
    state.withLock { state in state.lines[state.first...].filter { $0.at >= start && $0.at <= end } }
  }

  /// The first line that satisfies a condition.
  package func firstLine(where condition: (String) -> Bool) -> String? {
    state.withLock { state in state.lines[state.first...].first { condition($0.text) }?.text }
  }

  private func commit(_ state: inout State, at now: Timestamp) {
    if state.partial.last == UInt8(ascii: "\r") { state.partial.removeLast() }
    var text = String(decoding: state.partial, as: UTF8.self)
    state.partial.removeAll(keepingCapacity: true)
    for secret in secrets where text.contains(secret) { text = text.replacing(secret, with: "***") }
    state.file?.write("\(now.rfc3339Milliseconds) \(text)\n")
    state.lines.append(Line(at: now, text: text))
    state.bytes += text.utf8.count
    while state.lines.count - state.first > limits.lines || state.bytes > limits.bytes {
      state.bytes -= state.lines[state.first].text.utf8.count
      state.first += 1
    }
    if state.first > limits.lines / 2 + 16 {
      state.lines.removeFirst(state.first)
      state.first = 0
    }
  }
}

/// An append-only file, closed with its last reference.
private final class LogFile: Sendable {
  private let descriptor: Int32

  init?(path: String) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if written <= 0 { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }
}
