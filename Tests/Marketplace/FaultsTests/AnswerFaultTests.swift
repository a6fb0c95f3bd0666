import HTTP
import JSON
import ServiceKit
import ServiceTesting
import Testing

@testable import Faults

@Suite("Faults around routes")
struct AnswerFaultTests {
  private static func router(_ surroundings: Surroundings) -> Router {
    var router = Router(logError: { _ in })
    router.get("/orders", operation: "listOrders") { request in
      .json(["items": [["total": "1.50", "lines": [["total": "0.10"]]]], "caller": .text(request.caller.uid)])
    }
    router.get("/orders/{id}", operation: "getOrder") { _ in throw Problem.notFound("gone") }
    return router.surrounded(by: surroundings)
  }

  private func call(_ target: String, _ surroundings: Surroundings) async throws -> Answer {
    try await Self.router(surroundings).call("GET", target, headers: [("X-User-UID", "ada"), ("X-User-Admin", "true")])
  }

  @Test("an altered answer is altered at every depth, in the named operations only")
  func altersObjects() async throws {
    var surroundings = Surroundings()
    surroundings.filters = [AlteredAnswer(of: "listOrders", objectsWith: "total") { $0.turnIntoNumber("total") }]
    let body = try await call("/orders", surroundings).body
    #expect(body.utf8(.compact) == Array(#"{"items":[{"total":1.50,"lines":[{"total":0.10}]}],"caller":"ada"}"#.utf8))
    surroundings.filters = [AlteredAnswer(of: "getOrder", objectsWith: "total") { $0.turnIntoNumber("total") }]
    #expect(try await call("/orders", surroundings).body["items"]?[0]?["total"] == "1.50")
  }

  @Test("an altered status concerns the answers that have it")
  func altersStatus() async throws {
    var surroundings = Surroundings()
    surroundings.filters = [AlteredAnswer(of: "getOrder", status: 404) { $0.status = 200 }]
    #expect(try await call("/orders/1", surroundings).status == 200)
    surroundings.filters = [AlteredAnswer(of: "getOrder", status: 409) { $0.status = 200 }]
    #expect(try await call("/orders/1", surroundings).status == 404)
  }

  @Test("a swallowed refusal answers as if nothing had happened")
  func swallows() async throws {
    var surroundings = Surroundings()
    surroundings.middleware = [SwallowedRefusal(operation: "getOrder", status: 404, answer: .noContent)]
    #expect(try await call("/orders/1", surroundings).status == 204)
    surroundings.middleware = [SwallowedRefusal(operation: "getOrder", status: 403, answer: .noContent)]
    #expect(try await call("/orders/1", surroundings).status == 404)
  }

  @Test("an unchecked caller is taken for a service")
  func unchecked() async throws {
    var surroundings = Surroundings()
    surroundings.middleware = [UncheckedCaller(of: "listOrders")]
    #expect(try await call("/orders", surroundings).body["caller"] == .null)
    surroundings.middleware = [UncheckedCaller(of: "getOrder")]
    #expect(try await call("/orders", surroundings).body["caller"] == "ada")
  }

  @Test("a hanging operation never answers, and others do")
  func hangs() async throws {
    var surroundings = Surroundings()
    surroundings.middleware = [HangingOperation(operation: "getOrder")]
    #expect(try await call("/orders", surroundings).status == 200)
    let router = Self.router(surroundings)
    let hanging = Task { await router.respond(to: ServiceRequest(target: "/orders/1")) }
    // It ends only because it is told to, with an error and not with the answer of the handler.
    hanging.cancel()
    #expect(await hanging.value.status == 500)
  }

  @Test("the witness names the operation to the parts below")
  func witness() async throws {
    var router = Router(logError: { _ in })
    router.get("/", operation: "root") { _ in .json(.string(OperationWitness.operation)) }
    router.get("/who", operation: "whoAmI") { _ in .json(.string(OperationWitness.operation)) }
    var surroundings = Surroundings()
    surroundings.middleware = [OperationWitness()]
    #expect(try await router.surrounded(by: surroundings).call("GET", "/who").body == "whoAmI")
    #expect(OperationWitness.operation == "")
  }
}
