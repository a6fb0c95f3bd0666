import HTTP
import JSON
import Testing

@testable import ServiceKit

@Suite("Reading bodies and queries")
struct InputTests {
  private enum Colour: String, CaseIterable { case red, green }

  /// A service with one operation that reads one of everything.
  private static let router: Router = {
    var router = Router(logError: { _ in })
    router.post("/things", operation: "make") { request in
      let count = try await request.decode(maximumBytes: 2000) { fields in
        _ = fields.string("name", length: 2...5)
        _ = fields.integer("count", in: 1...9)
        _ = fields.boolean("flag", default: true)
        _ = fields.money("price")
        _ = fields.choice("colour", Colour.self)
        _ = fields.optionalTimestamp("at")
        _ = fields.strings("tags", count: 0...2, length: 1...3, default: [])
        _ = fields.json("extra")
        _ = fields.object("size") { $0.integer("width", in: 0...9) }
        return fields.array("lines", count: 1...2) { $0.integer("id", in: 1...9) }.count
      }
      return .json(.integer(count))
    }
    router.get("/things", operation: "list") { request in
      let paging = try request.readQuery { query in
        _ = query.optionalBoolean("flag")
        _ = query.optionalMoney("price")
        _ = query.string("name", length: 1...3)
        return query.paging(default: 5, maximum: 10)
      }
      return .json(.integer(paging.limit))
    }
    return router
  }()

  private let good = #"{"name":"abc","count":3,"price":"1.00","colour":"red","lines":[{"id":1}]}"#

  @Test("a good body is read")
  func good() async {
    let response = await Self.router.respond(to: .post("/things", good))
    #expect(response.status == 200 && response.json == 1)
  }

  @Test("every violation is listed with its place")
  func allViolations() async {
    let body = """
      {"name":"abcdef","count":"3","flag":1,"price":1.0,"colour":"blue","at":"now","tags":["ok","long",7],"unknown":1,\
      "extra":{"a\\u0000":1,"b":["\\u0000",1e999]},"size":{"width":10,"depth":1},"lines":[{"id":0},5]}
      """
    let response = await Self.router.respond(to: .post("/things", body))
    #expect(response.status == 422)
    #expect(
      Set(response.violations) == [
        "#/name: must have 2 to 5 characters", "#/count: must be an integer, not a string",
        "#/flag: must be a boolean, not a number",
        "#/price: must be an amount in a string, such as \"12.30\", not a number",
        "#/colour: must be one of red, green",
        "#/at: must be an RFC 3339 time, such as 2026-11-24T02:22:35Z", "#/tags: must have 0 to 2 elements",
        "#/extra: must not have NUL in a name", "#/extra/b/0: must not contain NUL",
        "#/extra/b/1: is a number too long or too large to store", "#/size/width: must be from 0 to 9",
        "#/size/depth: is not a field of this object", "#/lines/0/id: must be from 1 to 9",
        "#/lines/1: must be an object, not a number", "#/unknown: is not a field of this object",
      ])
  }

  @Test("absent and null required fields are told apart")
  func required() async {
    let response = await Self.router.respond(to: .post("/things", #"{"name":null,"lines":[]}"#))
    #expect(response.violations.contains("#/name: must not be null"))
    #expect(response.violations.contains("#/count: is required"))
    #expect(response.violations.contains("#/lines: must have 1 to 2 elements"))
  }

  @Test("a whole number may be written as a decimal, a fraction may not")
  func integers() async {
    let body = good.replacing("\"count\":3", with: "\"count\":3.0")
    #expect(await Self.router.respond(to: .post("/things", body)).status == 200)
    let fraction = good.replacing("\"count\":3", with: "\"count\":3.5")
    #expect(await Self.router.respond(to: .post("/things", fraction)).status == 422)
    let huge = good.replacing("\"count\":3", with: "\"count\":1e400")
    #expect(await Self.router.respond(to: .post("/things", huge)).violations == ["#/count: must be from 1 to 9"])
  }

  @Test(
    "what is not JSON is 400",
    arguments: ["", "{", "{\"a\":1,}", "nul", "{\"name\":1,\"name\":2}", "{} {}", "\u{FEFF}{}"])
  func notJSON(body: String) async {
    #expect(await Self.router.respond(to: .post("/things", body)).status == 400)
  }

  @Test("a body of another shape is 422 at its root", arguments: ["[]", "1", "null", "\"{}\""])
  func notAnObject(body: String) async {
    let response = await Self.router.respond(to: .post("/things", body))
    #expect(response.status == 422 && response.violations.first?.hasPrefix("#: must be an object, not") == true)
  }

  @Test("a missing or foreign content type is 415", arguments: [nil, "text/plain", "application/json; charset=ascii"])
  func contentType(type: String?) async {
    let response = await Self.router.respond(to: .post("/things", good, contentType: type))
    #expect(response.status == 415 && response.headers["Accept"] == "application/json")
  }

  @Test("a body beyond the limit is 413")
  func tooLarge() async {
    let body = good + String(repeating: " ", count: 2000)
    #expect(await Self.router.respond(to: .post("/things", body)).status == 413)
  }

  @Test("nesting beyond the limit is refused")
  func tooDeep() async {
    let body = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(await Self.router.respond(to: .post("/things", body)).status == 400)
  }

  @Test("every violation of a query is listed")
  func query() async {
    let target = "/things?flag=yes&price=1&limit=11&cursor=*&limit=3&x=1&y=%ff"
    let response = await Self.router.respond(to: ServiceRequest(target: target))
    #expect(
      Set(response.violations.map { String($0.prefix { $0 != ":" }) })
        == ["flag", "price", "limit", "cursor", "x", "y", "name"])
    #expect(response.status == 422)
  }

  @Test("query values are decoded, and limits have defaults")
  func queryValues() async {
    #expect(await Self.router.respond(to: ServiceRequest(target: "/things?name=%C3%BC+x")).json == 5)
    #expect(await Self.router.respond(to: ServiceRequest(target: "/things?name=a&limit=7&flag=true")).json == 7)
    #expect(await Self.router.respond(to: ServiceRequest(target: "/things?name=a&limit=07")).status == 422)
  }
}
