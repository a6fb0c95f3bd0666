private import Synchronization

/// What belongs to the request being answered and travels with its task: the id, into logs and onward calls.
package struct RequestScope: Sendable {
  /// The scope of the current task; nil outside of a request.
  @TaskLocal package static var current: RequestScope?

  /// The header that carries the id.
  package static let header = "X-Request-ID"

  /// The id of the request.
  package let requestID: String

  /// What was found out while answering, for the log.
  package let notes = RequestNotes()

  /// Creates a scope.
  package init(requestID: String) { self.requestID = requestID }

  /// The id a client proposed when it is safe to log and to pass on, else a new one.
  ///
  /// Safe is `^[A-Za-z0-9._-]{1,128}$`: it cannot break a log line or a header.
  static func requestID(proposed: String?, ids: any IDGenerator) -> String {
    guard let proposed, (1...128).contains(proposed.utf8.count), proposed.utf8.allSatisfy(isSafe) else {
      return ids.uuid()
    }
    return proposed
  }

  private static func isSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "._-".utf8.contains(byte)
    }
  }
}

/// What the parts that answer a request tell its log; never sent.
package final class RequestNotes: Sendable {
  private struct State {
    var subject: String?
    var answeredBy: String?
  }

  private let state = Mutex(State())

  /// The uid that was verified.
  package var subject: String? {
    get { state.withLock { $0.subject } }
    set { state.withLock { $0.subject = newValue } }
  }

  /// The service that answered, when it was not this one.
  package var answeredBy: String? {
    get { state.withLock { $0.answeredBy } }
    set { state.withLock { $0.answeredBy = newValue } }
  }
}
