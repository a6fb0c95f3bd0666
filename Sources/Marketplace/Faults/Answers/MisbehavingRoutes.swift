internal import HTTP
internal import JSON
internal import ServiceKit

#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// Never answers one operation.
struct HangingOperation: Middleware {
  let operation: String

  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    if request.operation == operation { try await Task.sleep(for: .seconds(24 * 3600)) }
    return try await next(request)
  }
}

/// Dies when one operation is called, as a process does that the kernel kills for its memory.
struct CrashingOperation: Middleware {
  let operation: String

  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    if request.operation == operation { raise(SIGKILL) }
    return try await next(request)
  }
}

/// Forgets on whose behalf some operations are called, so that nobody is refused.
struct UncheckedCaller: Middleware {
  let operations: Set<String>

  init(of operations: String...) { self.operations = Set(operations) }

  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    guard operations.contains(request.operation) else { return try await next(request) }
    var request = request
    request.headers.remove(Caller.userHeader)
    request.headers.remove(Caller.adminHeader)
    return try await next(request)
  }
}

/// Answers what a handler refused as if nothing had happened.
struct SwallowedRefusal: Middleware {
  let operation: String
  let status: Int
  let answer: ServiceResponse

  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    do {
      return try await next(request)
    } catch let problem as Problem where request.operation == operation && problem.status == status {
      return answer
    } catch let error as any ProblemConvertible where request.operation == operation && error.problem.status == status {
      return answer
    }
  }
}

/// Tells the parts below which operation is being answered, for faults of a part that only some operations show.
struct OperationWitness: Middleware {
  /// The operation that the current task answers; empty outside of one that is witnessed.
  @TaskLocal static var operation = ""

  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    try await Self.$operation.withValue(request.operation) { try await next(request) }
  }
}
