import Logging
import RFC3339
import Testing

@testable import ServiceKit

@Suite("Log lines")
struct LoggingTests {
  private func line(_ message: String, _ metadata: Logger.Metadata) -> String {
    let event = LogEvent(
      level: .info, message: "\(message)", metadata: metadata, source: "test", file: #fileID, function: #function,
      line: #line)
    return StandardErrorLog.line(
      event, label: "s", metadata: [:], time: Timestamp(seconds: 0, nanoseconds: 5_000_000))
  }

  @Test("an event is one line: time, level, service, message, values by name")
  func format() {
    #expect(line("request", ["b": "2", "a": "1"]) == "1970-01-01T00:00:00.005Z info s request a=1 b=2")
  }

  @Test("control characters cannot forge a second line")
  func injection() {
    #expect(line("a\nb", ["k": "\u{1B}[31m\r"]) == #"1970-01-01T00:00:00.005Z info s a\u{a}b k=\u{1b}[31m\u{d}"#)
  }

  @Test("the id of the request being answered is on every line")
  func scope() {
    let text = RequestScope.$current.withValue(RequestScope(requestID: "r-1")) { line("m", [:]) }
    #expect(text.hasSuffix(" m request_id=r-1"))
  }
}
