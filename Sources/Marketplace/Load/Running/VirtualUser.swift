internal import HTTP
internal import JSON
internal import ServiceKit

/// Somebody who uses the shop, one call after the other.
protocol VirtualUser: Sendable {
  /// Chooses the next call.
  mutating func next(at now: Duration) -> Step<Self>

  /// Forgets what may no longer be true, because nobody knows what became of the last call.
  mutating func loseTrack()
}

extension VirtualUser {
  /// Makes one call and learns from its answer.
  ///
  /// - Parameter intended: when the call should have begun; latency counts from there. Nil is now.
  mutating func act(through line: GatewayLine, recorder: LoadRecorder, intended: Duration? = nil) async -> Verdict {
    let start = intended ?? line.clock.now()
    let step = next(at: line.clock.now())
    let (outcome, requestID) = await line.send(step.call)
    let end = line.clock.now()
    let verdict = Verdict(outcome, against: step.promise)
    recorder.record(step.call.operation, verdict, latency: end - start, requestID: requestID)
    switch verdict {
    case .kept(let body): step.learn(&self, body)
    case .refused(let refusal): step.learnRefusal(&self, refusal)
    case .throttled: break
    case .unavailable, .unexpected: loseTrack()
    }
    return verdict
  }
}

/// The way to the gateway.
struct GatewayLine: Sendable {
  let gateway: String
  let transport: any HTTPTransport
  let clock: any MonotonicClock
  let ids: RequestNumbers

  func send(_ call: LoadCall) async -> (Result<HTTPResponse, HTTPError>, requestID: String) {
    let id = ids.next()
    let request = call.request(to: gateway, id: id)
    do throws(HTTPError) {
      return (.success(try await transport.send(request)), id)
    } catch {
      return (.failure(error), id)
    }
  }
}
