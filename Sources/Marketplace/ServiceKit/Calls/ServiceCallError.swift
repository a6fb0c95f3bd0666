private import HTTP

/// Why another service gave no usable answer; thrown out of a handler it becomes 503.
package struct ServiceCallError: Error, Sendable, Hashable {
  /// What went wrong.
  package enum Reason: Sendable, Hashable {
    /// No connection could be made.
    case unreachable
    /// No answer came in time.
    case timedOut
    /// The connection broke before the answer was whole.
    case broken
    /// It failed so often of late that it was not even asked.
    case circuitOpen
    /// It answered with this status of 500 or more.
    case failed(status: Int)
    /// It answered with something that is not what its contract promises.
    case invalidReply(String)

    fileprivate var mayFollowEffect: Bool {
      switch self {
      case .unreachable, .circuitOpen: false
      case .timedOut, .broken, .failed, .invalidReply: true
      }
    }
  }

  /// The service that was called.
  package let service: String

  /// What went wrong.
  package let reason: Reason

  /// Whether the other side may have acted although no answer arrived, in any of the attempts.
  package let outcomeUnknown: Bool

  /// Creates an error; `mayHaveActed` says that an attempt before this one may have had an effect.
  package init(service: String, reason: Reason, mayHaveActed: Bool = false) {
    self.service = service
    self.reason = reason
    outcomeUnknown = mayHaveActed || reason.mayFollowEffect
  }
}

extension ServiceCallError: ProblemConvertible, CustomStringConvertible {
  /// 503: a check that cannot be made counts as failed.
  package var problem: Problem {
    Problem(
      status: 503, kind: "dependency-unavailable", detail: "\(service) does not answer; try again later.",
      headers: ["Retry-After": "1"])
  }

  /// What went wrong, for a log.
  package var description: String {
    switch reason {
    case .unreachable: "\(service) is unreachable"
    case .timedOut: "\(service) did not answer in time"
    case .broken: "\(service) broke the connection"
    case .circuitOpen: "\(service) failed repeatedly and is not being called for a moment"
    case .failed(let status): "\(service) answered \(status)"
    case .invalidReply(let why): "\(service) answered something unexpected: \(why)"
    }
  }
}
