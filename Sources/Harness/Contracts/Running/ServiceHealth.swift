// A service that hangs takes the whole time-out of every request. Once it has let several pass in a row it is only
// probed, by one request at a time and with less patience, and the others fail at once; the first answer makes it well
// again. A service that is gone refuses connections, which costs no time, and is tried as often as suites ask.

import HTTP
import Synchronization

/// Knows which services no longer answer.
final class ServiceHealth: Sendable {
  /// Whether a request may be sent.
  enum Admission: Equatable {
    /// Yes, with this much patience.
    case open(Duration)
    /// No, and why not.
    case refused(String)
  }

  private struct State {
    var unanswered = 0
    var lastWords = ""
    var isProbing = false
  }

  /// Requests in a row without an answer after which a service counts as hanging.
  private static let patience = 3

  private let limits: ContractLimits
  private let services = Mutex<[String: State]>([:])

  init(_ limits: ContractLimits) { self.limits = limits }

  /// Asks for leave to send a request; one that is given must be followed by `answered` or `failed`.
  func admission(to service: String) -> Admission {
    services.withLock { services in
      guard var state = services[service], state.unanswered >= Self.patience else { return .open(limits.answerTime) }
      guard !state.isProbing else {
        return .refused("\(service) no longer answers: \(state.unanswered) requests in a row, last \(state.lastWords)")
      }
      state.isProbing = true
      services[service] = state
      return .open(min(limits.probeTime, limits.answerTime))
    }
  }

  /// Takes note that a service answered, whatever it said.
  func answered(_ service: String) {
    services.withLock { services in
      // Almost always there is nothing to forget.
      if services[service] != nil { services[service] = nil }
    }
  }

  /// Takes note that a request got no answer.
  func failed(_ service: String, _ error: HTTPError, request: String) {
    services.withLock { services in
      var state = services[service] ?? State()
      state.isProbing = false
      switch error.code {
      case .timedOut, .resolve:
        state.unanswered += 1
        state.lastWords = "\(request): \(error.message)"
      case .connectionRefused, .tls, .cancelled, .other, .invalidURL, .invalidRequest: break
      // It is there, and said something or hung up.
      case .reset, .protocolViolation, .bodyTooLarge: state = State()
      }
      services[service] = state
    }
  }
}
