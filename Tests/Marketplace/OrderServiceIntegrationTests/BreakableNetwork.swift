import HTTP
import ServiceKit
import Synchronization

/// The way from order-service to product-service, with faults on command.
final class BreakableNetwork: HTTPTransport {
  /// What happens to a request.
  enum Fault: Sendable, CaseIterable {
    /// Nothing listens: the request is not sent.
    case refused
    /// The request is lost on the way, and the caller waits in vain.
    case lost
    /// The request acts, and its answer is lost.
    case answerLost
    /// The connection breaks after the request acted.
    case brokenAfterActing
    /// The service answers 500 without acting.
    case error500
    /// The service answers 503 without acting.
    case error503
    /// The service acts and answers garbage.
    case garbage
  }

  private struct Rule {
    let path: String
    let fault: Fault
    var remaining: Int
  }

  private let router: Router
  private let rules = Mutex<[Rule]>([])
  private let held = Mutex<[HTTPRequest]>([])

  init(_ router: Router) {
    self.router = router
  }

  /// Makes the next `times` requests fail whose path contains `path`.
  func fail(_ path: String, _ fault: Fault, times: Int = .max) {
    rules.withLock { $0.append(Rule(path: path, fault: fault, remaining: times)) }
  }

  /// All is well again.
  func heal() { rules.withLock { $0 = [] } }

  /// Delivers the requests that were lost, late.
  func deliverLost() async {
    let requests = held.withLock { requests in
      defer { requests = [] }
      return requests
    }
    for request in requests { _ = await deliver(request) }
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let fault = rules.withLock { rules -> Fault? in
      guard let index = rules.firstIndex(where: { request.url.contains($0.path) && $0.remaining > 0 }) else {
        return nil
      }
      rules[index].remaining -= 1
      return rules[index].fault
    }
    switch fault {
    case nil: return await deliver(request)
    case .refused: throw HTTPError(code: .connectionRefused, message: "refused", url: request.url)
    case .lost:
      held.withLock { $0.append(request) }
      throw HTTPError(code: .timedOut, message: "lost", url: request.url)
    case .answerLost:
      _ = await deliver(request)
      throw HTTPError(code: .timedOut, message: "answer lost", url: request.url)
    case .brokenAfterActing:
      _ = await deliver(request)
      throw HTTPError(code: .reset, message: "broken", url: request.url)
    case .error500: return HTTPResponse(status: 500)
    case .error503: return HTTPResponse(status: 503)
    case .garbage:
      _ = await deliver(request)
      return HTTPResponse(status: 200, body: Array("<html>".utf8))
    }
  }

  private func deliver(_ request: HTTPRequest) async -> HTTPResponse {
    let target = request.url.split(separator: "/", maxSplits: 2).dropFirst(2).joined()
    let response = await router.respond(
      to: ServiceRequest(
        method: request.method, target: "/" + target, headers: request.headers, body: request.body ?? []))
    return HTTPResponse(status: response.status, headers: response.headers, body: response.body)
  }
}
