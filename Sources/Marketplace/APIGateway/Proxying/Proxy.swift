private import HTTP
internal import ServiceKit

/// Passes requests on to services and their answers back, unchanged but for what belongs to one connection.
struct Proxy: Sendable {
  /// The prefix of the gateway's own paths.
  static let prefix = "/api"

  /// The largest request body in bytes that is passed on.
  static let maximumBodyBytes = 1 << 20

  private let clients: [Upstream: ServiceClient]

  init(clients: [Upstream: ServiceClient]) { self.clients = clients }

  func forward(_ request: ServiceRequest, to upstream: Upstream) async throws -> ServiceResponse {
    guard let client = clients[upstream] else {
      throw ServiceCallError(service: upstream.rawValue, reason: .unreachable)
    }
    let body = try await Self.content(of: request)
    let target = request.path.dropFirst(Self.prefix.count) + (request.query.isEmpty ? "" : "?\(request.query)")
    RequestScope.current?.notes.answeredBy = upstream.rawValue
    do throws(ServiceCallError) {
      let reply = try await client.exchange(
        request.method, String(target), headers: Self.onwardHeaders(request.headers, hasContent: body != nil),
        body: body)
      return ServiceResponse(status: reply.status, headers: Self.backwardHeaders(reply.headers), body: reply.body)
    } catch {
      throw ProxyError(cause: error)
    }
  }

  /// The content to pass on; nil for none.
  ///
  /// Content of a GET means nothing (RFC 9110 section 9.3.1): services do not read it, so the gateway does neither.
  private static func content(of request: ServiceRequest) async throws(Problem) -> [UInt8]? {
    if request.method == "GET" { return nil }
    let body = try await request.bodyBytes(maximumBytes: maximumBodyBytes)
    return body.isEmpty && request.method == "DELETE" ? nil : body
  }

  /// What a service gets to see: no credentials, nothing about the client's connection or content that stays behind.
  private static func onwardHeaders(_ headers: HTTPHeaders, hasContent: Bool) -> HTTPHeaders {
    let others: Set<String> = ["host", "authorization", "cookie", "expect", "content-length"]
    return endToEnd(
      headers, removing: hasContent ? others : others.union(["content-type", "content-encoding"]), keeping: written)
  }

  /// What the gateway itself wrote for the service: a client's `Connection` field, which may name any field to be
  /// removed, must not reach these, because a request without a user passes for one of a service.
  private static let written: Set<String> = [
    Caller.userHeader.lowercased(), Caller.adminHeader.lowercased(), "x-forwarded-for",
  ]

  /// What a client gets to see; addresses within the service become addresses within the gateway.
  private static func backwardHeaders(_ headers: HTTPHeaders) -> HTTPHeaders {
    var headers = endToEnd(headers, removing: ["content-length", "date", "server", "x-request-id"])
    if let location = headers["Location"], location.first == "/" { headers.set("Location", prefix + location) }
    return headers
  }

  /// All fields but those of one connection (RFC 9110 section 7.6.1) and some more.
  private static func endToEnd(
    _ headers: HTTPHeaders, removing others: Set<String>, keeping kept: Set<String> = []
  ) -> HTTPHeaders {
    let named = headers.values("Connection").flatMap { $0.split(separator: ",") }.map { name in
      String(name.filter { $0 != " " && $0 != "\t" }).lowercased()
    }
    let removed = hopByHop.union(others).union(named).subtracting(kept)
    return HTTPHeaders(headers.fields.filter { !removed.contains($0.name.lowercased()) }.map { ($0.name, $0.value) })
  }

  private static let hopByHop: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade",
  ]
}

/// Why a request could not be passed on; says which service, never where it is.
struct ProxyError: ProblemConvertible, CustomStringConvertible {
  let cause: ServiceCallError

  var problem: Problem {
    switch cause.reason {
    case .timedOut:
      Problem(
        status: 504, kind: "upstream-timeout",
        detail: "\(cause.service) did not answer in time; whether it acted is not known.")
    case .broken, .invalidReply, .failed:
      Problem(
        status: 502, kind: "upstream-failure",
        detail: "\(cause.service) broke off its answer; whether it acted is not known.")
    case .unreachable, .circuitOpen: cause.problem
    }
  }

  var description: String { cause.description }
}
