private import HTTP

/// Answers a request, or throws a `Problem` that becomes the answer.
package typealias Handler = @Sendable (ServiceRequest) async throws -> ServiceResponse

/// Wraps handlers: sees the request before and the response after.
///
/// Middleware runs once the route is known, so `request.operation` names it. What must behave differently for
/// some operation is composed in here or in a dependency, never as a condition in the handler.
package protocol Middleware: Sendable {
  /// Answers the request, usually by calling `next`.
  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse
}

/// Finds the handler for a method and path, and turns everything that goes wrong into a problem document.
package struct Router: Sendable {
  private var table = RouteTable()
  private var middleware: [any Middleware] = []
  private var filters: [any ResponseFilter] = []
  private let failures: FailureLog

  /// Creates a router without routes; `logError` receives the errors that become a bare 500.
  package init(logError: @escaping @Sendable (_ message: String) -> Void = ServiceLog.error) {
    failures = FailureLog(log: logError)
  }

  /// Adds a route; `masking` names path parameters that are secrets and must not reach a log.
  package mutating func on(
    _ method: String, _ template: String, operation: String, masking: Set<String> = [], _ handler: @escaping Handler
  ) {
    table.add(Route(method: method, template: template, operation: operation, masked: masking, handler: handler))
  }

  /// Adds a route for GET.
  package mutating func get(
    _ template: String, operation: String, masking: Set<String> = [], _ handler: @escaping Handler
  ) {
    on("GET", template, operation: operation, masking: masking, handler)
  }

  /// Adds a route for POST.
  package mutating func post(
    _ template: String, operation: String, masking: Set<String> = [], _ handler: @escaping Handler
  ) {
    on("POST", template, operation: operation, masking: masking, handler)
  }

  /// Adds a route for PUT.
  package mutating func put(
    _ template: String, operation: String, masking: Set<String> = [], _ handler: @escaping Handler
  ) {
    on("PUT", template, operation: operation, masking: masking, handler)
  }

  /// Adds a route for PATCH.
  package mutating func patch(
    _ template: String, operation: String, masking: Set<String> = [], _ handler: @escaping Handler
  ) {
    on("PATCH", template, operation: operation, masking: masking, handler)
  }

  /// Adds a route for DELETE.
  package mutating func delete(
    _ template: String, operation: String, masking: Set<String> = [], _ handler: @escaping Handler
  ) {
    on("DELETE", template, operation: operation, masking: masking, handler)
  }

  /// Wraps every route; the first one used is the outermost.
  package mutating func use(_ middleware: any Middleware) {
    self.middleware.append(middleware)
  }

  /// Puts something around everything the router has by now.
  package func surrounded(by surroundings: Surroundings) -> Router {
    var router = self
    router.middleware.insert(contentsOf: surroundings.middleware, at: 0)
    router.filters += surroundings.filters
    return router
  }

  /// The operationIds of all routes.
  package var operations: [String] { table.operations }

  /// Answers a request; never throws, and every answer carries `X-Request-ID`.
  package func respond(to request: ServiceRequest) async -> ServiceResponse {
    await answer(request).response
  }

  /// Answers a request and says what a log may tell of it.
  func answer(_ request: ServiceRequest) async -> RoutedAnswer {
    let scope = RequestScope(requestID: request.requestID)
    var request = request
    var routed = RoutedAnswer(
      response: ServiceResponse(status: 500), operation: "",
      loggedPath: RouteTable.loggedPath(ofUnmatched: request.path), notes: scope.notes)
    routed.response = await RequestScope.$current.withValue(scope) {
      switch table.match(method: request.method, path: request.path) {
      case .notFound:
        return Problem.notFound("There is nothing at this path.").response(requestID: request.requestID)
      case .methodNotAllowed(let allowed, let route):
        routed.loggedPath = route.loggedPath(request.path)
        return Self.notAllowed(request, allowed).response(requestID: request.requestID)
      case .route(let route, let parameters):
        routed.operation = route.operation
        routed.loggedPath = route.loggedPath(request.path)
        request.operation = route.operation
        request.pathParameters = parameters
        return await run(chain(route.handler), request)
      }
    }
    routed.response.headers.set(RequestScope.header, request.requestID)
    for filter in filters { routed.response = await filter.filter(routed.response, to: request) }
    return routed
  }

  private func chain(_ handler: @escaping Handler) -> Handler {
    middleware.reversed().reduce(handler) { next, middleware in
      { request in try await middleware.respond(to: request, next: next) }
    }
  }

  private func run(_ handler: Handler, _ request: ServiceRequest) async -> ServiceResponse {
    do {
      return try await handler(request)
    } catch {
      return failures.problem(for: error, request: request).response(requestID: request.requestID)
    }
  }

  private static func notAllowed(_ request: ServiceRequest, _ allowed: [String]) -> Problem {
    Problem(
      status: 405, kind: "method-not-allowed",
      detail: "This path does not support \(request.method.prefix(20)).",
      headers: ["Allow": allowed.joined(separator: ", ")])
  }
}

/// An answer with what a log may tell of its request.
struct RoutedAnswer: Sendable {
  var response: ServiceResponse
  var operation: String
  var loggedPath: String
  var notes: RequestNotes
}

/// Decides which errors explain themselves to the client, and logs the others.
struct FailureLog: Sendable {
  let log: @Sendable (_ message: String) -> Void

  func problem(for error: any Error, request: ServiceRequest) -> Problem {
    switch error {
    case let problem as Problem:
      return problem
    case let error as any ProblemConvertible:
      // A wrong password is the client's affair, a missing store is ours.
      if error.problem.status >= 500 { log("\(request.operation): \(error)") }
      return error.problem
    default:
      // Details stay in the log: an error may quote statements, addresses or values of other users.
      log("\(request.operation) failed: \(error)")
      return Problem(status: 500, kind: "internal-error", detail: "The service could not answer; it logged why.")
    }
  }
}

/// An error that knows the answer it becomes when a handler throws it; it is logged when that is 500 or above.
package protocol ProblemConvertible: Error {
  /// The answer.
  var problem: Problem { get }
}
