package import HTTP
package import JSON

/// Calls one other service: bounded in time, retried where that is safe, and not at all while its circuit is open.
///
/// A call is repeated only when doing so cannot act twice: GET, HEAD, PUT and DELETE (RFC 9110 section 9.2.2), and any
/// method with an idempotency key, which the other side remembers. Statuses below 500 are replies; 500 is not
/// repeated, 502 to 504 and network failures are.
package struct ServiceClient: Sendable {
  /// The name of the service, for errors and logs.
  package let service: String

  private let baseURL: String
  private let transport: any HTTPTransport
  private let policy: CallPolicy
  private let breaker: CircuitBreaker
  private let clock: any MonotonicClock
  private let random: @Sendable () -> Double

  /// Creates a client; the base URL has no trailing slash.
  package init(
    service: String,
    baseURL: String,
    transport: any HTTPTransport,
    policy: CallPolicy = CallPolicy(),
    breaker: CircuitBreaker = CircuitBreaker(),
    clock: any MonotonicClock = SystemMonotonicClock(),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    self.service = service
    self.baseURL = baseURL
    self.transport = transport
    self.policy = policy
    self.breaker = breaker
    self.clock = clock
    self.random = random
  }

  /// Gets a resource.
  package func get(
    _ path: String, query: [(String, String)] = []
  ) async throws(ServiceCallError) -> ServiceReply {
    try await send("GET", path, query: query)
  }

  /// Calls an operation; an idempotency key makes any method repeatable.
  package func send(
    _ method: String,
    _ path: String,
    query: [(String, String)] = [],
    headers: [(String, String)] = [],
    json: JSONValue? = nil,
    idempotencyKey: String? = nil
  ) async throws(ServiceCallError) -> ServiceReply {
    var fields = HTTPHeaders(headers)
    fields.set("Accept", "application/json, application/problem+json")
    if json != nil { fields.set("Content-Type", MediaType.json) }
    if let idempotencyKey { fields.set("Idempotency-Key", idempotencyKey) }
    let queryText = query.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }
    let response = try await exchange(
      method, queryText.isEmpty ? path : "\(path)?\(queryText.joined(separator: "&"))", headers: fields,
      body: json?.utf8(.compact), repeatedStatuses: [502, 503, 504])
    guard response.status < 500 else {
      throw ServiceCallError(service: service, reason: .failed(status: response.status))
    }
    return ServiceReply(
      service: service, status: response.status, headers: response.headers, body: response.body)
  }

  /// Sends a request and returns whatever the service answered, 5xx included, as a proxy wants it.
  ///
  /// - Parameter target: path and query, already encoded.
  package func exchange(
    _ method: String, _ target: String, headers: HTTPHeaders, body: [UInt8]?
  ) async throws(ServiceCallError) -> HTTPResponse {
    try await exchange(method, target, headers: headers, body: body, repeatedStatuses: [])
  }

  private func exchange(
    _ method: String, _ target: String, headers: HTTPHeaders, body: [UInt8]?, repeatedStatuses: Set<Int>
  ) async throws(ServiceCallError) -> HTTPResponse {
    var headers = headers
    if let scope = RequestScope.current { headers.set(RequestScope.header, scope.requestID) }
    let request = HTTPRequest(
      method: method, url: baseURL + target, headers: headers, body: body, timeout: policy.timeout,
      connectTimeout: policy.connectTimeout, maximumBodyBytes: policy.maximumBodyBytes)
    let mayRepeat = ["GET", "HEAD", "PUT", "DELETE"].contains(method) || headers["Idempotency-Key"] != nil
    var attempt = 1
    var mayHaveActed = false
    while true {
      let isLast = attempt >= policy.attempts
      do throws(ServiceCallError) {
        let response = try await attemptOnce(request)
        guard mayRepeat, !isLast, repeatedStatuses.contains(response.status) else { return response }
        mayHaveActed = true
      } catch {
        mayHaveActed = mayHaveActed || error.outcomeUnknown
        guard !isLast, !Task.isCancelled, shouldRepeat(error, mayActTwice: mayRepeat) else {
          throw ServiceCallError(service: service, reason: error.reason, mayHaveActed: mayHaveActed)
        }
      }
      guard (try? await clock.sleep(for: policy.pause(afterAttempt: attempt, random: random()))) != nil else {
        throw ServiceCallError(service: service, reason: .timedOut, mayHaveActed: mayHaveActed)
      }
      attempt += 1
    }
  }

  private func shouldRepeat(_ error: ServiceCallError, mayActTwice: Bool) -> Bool {
    switch error.reason {
    case .unreachable: true
    case .timedOut: mayActTwice && policy.repeatsTimeouts
    case .circuitOpen: false
    case .broken, .failed, .invalidReply: mayActTwice
    }
  }

  /// Asks the service whether its process is up, once and whatever the circuit says: readiness must follow a service
  /// that comes back at once.
  package func checkHealth() async throws(ServiceCallError) {
    var headers = HTTPHeaders()
    if let scope = RequestScope.current { headers.set(RequestScope.header, scope.requestID) }
    let request = HTTPRequest(
      method: "GET", url: baseURL + "/health", headers: headers, timeout: policy.timeout,
      connectTimeout: policy.connectTimeout)
    do throws(HTTPError) {
      let status = try await transport.send(request).status
      if status == 200 { return }
      throw HTTPError(code: .other, message: "answered \(status)", url: request.url)
    } catch {
      throw ServiceCallError(service: service, reason: Self.reason(for: error))
    }
  }

  /// One path segment, percent-encoded.
  package static func segment(_ text: String) -> String { PercentEncoding.encode(text) }

  private func attemptOnce(_ request: HTTPRequest) async throws(ServiceCallError) -> HTTPResponse {
    guard breaker.admit() else { throw ServiceCallError(service: service, reason: .circuitOpen) }
    do throws(HTTPError) {
      let response = try await transport.send(request)
      // Whatever it answers, it is alive: a 503 may speak of one of its own dependencies.
      breaker.record(success: true)
      return response
    } catch {
      // A caller that gave up says nothing about the service.
      if error.code != .cancelled { breaker.record(success: false) }
      throw ServiceCallError(service: service, reason: Self.reason(for: error))
    }
  }

  private static func reason(for error: HTTPError) -> ServiceCallError.Reason {
    switch error.code {
    case .connectionRefused, .resolve, .tls, .invalidURL, .invalidRequest: .unreachable
    case .timedOut, .cancelled: .timedOut
    case .bodyTooLarge: .invalidReply("a body beyond the limit")
    case .protocolViolation: .invalidReply("not HTTP")
    case .reset, .other: .broken
    }
  }
}
