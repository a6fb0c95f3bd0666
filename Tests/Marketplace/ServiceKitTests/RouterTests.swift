import HTTP
import JSON
import Synchronization
import Testing

@testable import ServiceKit

@Suite("Routing")
struct RouterTests {
  private struct Secret: Error, CustomStringConvertible { var description: String { "password=hunter2" } }

  private struct Tag: Middleware {
    let tag: String
    func respond(to request: ServiceRequest, next: Handler) async throws -> ServiceResponse {
      var response = try await next(request)
      response.headers.add("Tag", "\(tag) \(request.operation)")
      return response
    }
  }

  private static func router(log: @escaping @Sendable (String) -> Void = { _ in }) -> Router {
    var router = Router(logError: log)
    router.get("/items", operation: "list") { _ in .json("list") }
    router.post("/items", operation: "make") { _ in .created("made", location: "/items/1") }
    router.get("/items/{id}", operation: "get") { request in .json(.integer(try request.pathID("id"))) }
    router.get("/items/special", operation: "special") { _ in .json("special") }
    router.delete("/items/{id}", operation: "remove") { _ in .noContent }
    router.get("/people/{name}/{token}", operation: "person", masking: ["token"]) { request in
      .json(.string(try request.pathText("name")))
    }
    router.get("/fails", operation: "fails") { _ in throw Secret() }
    router.get("/away", operation: "away") { _ in
      throw ServiceCallError(service: "user-service", reason: .unreachable)
    }
    return router
  }

  private func get(_ target: String) async -> ServiceResponse {
    await Self.router().respond(to: ServiceRequest(target: target))
  }

  @Test("literal segments win over parameters")
  func literals() async {
    #expect(await get("/items/special").json == "special")
    #expect(await get("/items/17").json == 17)
  }

  @Test(
    "a path that is not there is 404, whatever its form",
    arguments: [
      "/", "", "/nope", "/items/", "//items", "/items/1/x", "/items/%", "/items/%ff", "/items/..", "/items/%2e%2e",
      "/items/.",
    ])
  func notFound(path: String) async {
    let response = await get(path)
    #expect(response.status == 404 && response.headers["Content-Type"] == "application/problem+json")
  }

  @Test("a method that is not there is 405 with all that are", arguments: ["PUT", "HEAD", "OPTIONS", "get", "BREW"])
  func methodNotAllowed(method: String) async {
    let response = await Self.router().respond(to: ServiceRequest(method: method, target: "/items"))
    #expect(response.status == 405 && response.headers["Allow"] == "GET, POST")
    let other = await Self.router().respond(to: ServiceRequest(method: method, target: "/items/5"))
    #expect(other.headers["Allow"] == "DELETE, GET")
    let literal = await Self.router().respond(to: ServiceRequest(method: "DELETE", target: "/items/special"))
    #expect(literal.status == 405 && literal.headers["Allow"] == "GET")
  }

  @Test(
    "an id that no row can have is 404",
    arguments: ["0", "-1", "01", "2147483648", "99999999999999999999", "1.0", "abc", "%00", "+1"])
  func ids(id: String) async {
    #expect(await get("/items/\(id)").status == 404)
  }

  @Test("the largest id of a SERIAL is one")
  func largestID() async {
    #expect(await get("/items/2147483647").json == 2_147_483_647)
  }

  @Test("path parameters are decoded once")
  func decoding() async {
    #expect(await get("/people/a%2Fb%2520/t").json == "a/b%20")
  }

  @Test("an error nobody foresaw is a bare 500, and its text goes to the log alone")
  func internalError() async {
    let log = Mutex<[String]>([])
    let response = await Self.router { message in log.withLock { $0.append(message) } }
      .respond(to: ServiceRequest(target: "/fails"))
    #expect(response.status == 500)
    #expect(!String(decoding: response.body, as: UTF8.self).contains("hunter2"))
    #expect(log.withLock { $0 } == ["fails failed: password=hunter2"])
  }

  @Test("a service that cannot be asked is 503 with Retry-After")
  func unavailable() async {
    let response = await get("/away")
    #expect(response.status == 503 && response.headers["Retry-After"] == "1")
    #expect(response.json?["detail"] == "user-service does not answer; try again later.")
  }

  @Test("every answer carries the id of its request, and every problem repeats it")
  func requestID() async {
    for target in ["/items", "/nope", "/fails"] {
      let response = await Self.router().respond(to: ServiceRequest(target: target, requestID: "abc"))
      #expect(response.headers["X-Request-ID"] == "abc")
      if response.status >= 400 { #expect(response.json?["request_id"] == "abc") }
    }
  }

  @Test("a problem has the members of RFC 9457")
  func problem() async {
    let json = await get("/nope").json
    #expect(json?["type"] == "tag:marketplace.example,2026:not-found")
    #expect(json?["title"] == "Not Found")
    #expect(json?["status"] == 404)
  }

  @Test("middleware wraps in the order it was added and knows the operation")
  func middleware() async {
    var router = Self.router()
    router.use(Tag(tag: "outer"))
    router.use(Tag(tag: "inner"))
    let response = await router.respond(to: ServiceRequest(target: "/items"))
    #expect(response.headers.values("Tag") == ["inner list", "outer list"])
  }

  @Test("secret path parameters stay out of logs")
  func masking() async {
    let answer = await Self.router().answer(ServiceRequest(target: "/people/ada/s3cret?x=s3cret"))
    #expect(answer.loggedPath == "/people/ada/{token}" && answer.operation == "person")
    let refused = await Self.router().answer(ServiceRequest(method: "PUT", target: "/people/ada/s3cret"))
    #expect(refused.response.status == 405 && refused.loggedPath == "/people/ada/{token}")
  }

  @Test("what is as long as a secret stays out of the log of a path that does not exist")
  func maskingOfUnmatchedPaths() async {
    let token = "1b07f9e2-36c3-4204-af82-7955365c4c3c"
    for (target, logged) in [
      ("/people/ada/\(token)/", "/people/ada/{36 bytes}/"), ("/x//\(token)", "/x//{36 bytes}"),
      ("/people/ada/x/y", "/people/ada/x/y"), ("/%2F\(token.replacing("-", with: ""))", "/{35 bytes}"),
    ] {
      let answer = await Self.router().answer(ServiceRequest(target: target))
      #expect(answer.response.status == 404 && answer.loggedPath == logged)
    }
  }

  @Test("a proposed request id is kept when it is safe to log, else replaced")
  func proposedIDs() {
    #expect(RequestScope.requestID(proposed: "a.B-9_", ids: RandomIDGenerator()) == "a.B-9_")
    for bad in ["", "a b", "a\nb", "ü", String(repeating: "a", count: 129)] {
      #expect(StringRule.uuid.matches(RequestScope.requestID(proposed: bad, ids: RandomIDGenerator())))
    }
  }

  @Test("what surrounds a router wraps every route, and has the last word even where no route is")
  func surroundings() async {
    struct Stamp: ResponseFilter {
      func filter(_ response: ServiceResponse, to request: ServiceRequest) async -> ServiceResponse {
        var response = response
        response.headers.set("Stamp", "\(request.operation) \(response.status)")
        return response
      }
    }
    var surroundings = Surroundings()
    surroundings.middleware = [Tag(tag: "outer")]
    surroundings.filters = [Stamp()]
    var inner = Self.router()
    inner.use(Tag(tag: "inner"))
    let router = inner.surrounded(by: surroundings)
    let found = await router.respond(to: ServiceRequest(target: "/items"))
    #expect(found.headers.values("Tag") == ["inner list", "outer list"])
    #expect(found.headers["Stamp"] == "list 200")
    #expect(await router.respond(to: ServiceRequest(target: "/items/%")).headers["Stamp"] == " 404")
    #expect(await router.respond(to: ServiceRequest(method: "PUT", target: "/items")).headers["Stamp"] == " 405")
  }
}
