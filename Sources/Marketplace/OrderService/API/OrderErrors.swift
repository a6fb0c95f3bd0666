internal import Postgres
internal import ServiceKit

/// Turns what the domain, the database and the neighbours throw into answers.
struct OrderErrors: Middleware {
  func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
    do {
      return try await next(request)
    } catch let error as OrderError {
      throw error.problem
    } catch let error as PostgresError where error.isUnavailability {
      throw Problem.unavailable(service: "order-database")
    }
  }
}
