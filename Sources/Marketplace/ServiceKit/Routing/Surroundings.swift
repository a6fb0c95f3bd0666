/// What is put around all routes of a service from outside, without the service knowing.
package struct Surroundings: Sendable {
  /// Wraps every handler, outside of the service's own middleware; the first one is the outermost.
  package var middleware: [any Middleware] = []

  /// Sees every answer last, refusals of the router included; applied in order.
  package var filters: [any ResponseFilter] = []

  /// Nothing around the routes.
  package init() {}
}

/// Has the last word about an answer before it leaves.
package protocol ResponseFilter: Sendable {
  /// The answer to send instead; `request.operation` is empty where no route matched.
  func filter(_ response: ServiceResponse, to request: ServiceRequest) async -> ServiceResponse
}
