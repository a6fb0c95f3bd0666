internal import HTTP
internal import RFC3339

/// What surrounds the router for a request from the network: its id, its place in the logs.
struct RequestPipeline: Sendable {
  let router: Router
  let observers: [any RequestObserver]
  let wallClock: any WallClock
  let clock: any MonotonicClock
  let ids: any IDGenerator

  func answer(
    method: String, target: String, headers: HTTPHeaders, body: RequestBody, remoteAddress: String?
  ) async -> ServiceResponse {
    let start = clock.now()
    let requestID = RequestScope.requestID(proposed: headers[RequestScope.header], ids: ids)
    let request = ServiceRequest(
      method: method, target: target, headers: headers, body: body, remoteAddress: remoteAddress,
      requestID: requestID)
    let answer = await router.answer(request)
    let exchange = AnsweredRequest(
      time: wallClock.now(), method: method, path: answer.loggedPath, operation: answer.operation,
      status: answer.response.status, duration: clock.now() - start, requestID: requestID,
      remoteAddress: remoteAddress, userAgent: headers["User-Agent"], subject: answer.notes.subject,
      answeredBy: answer.notes.answeredBy)
    for observer in observers { observer.observe(exchange) }
    return answer.response
  }
}
