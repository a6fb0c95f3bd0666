import Testing

@testable import HTTP

@Suite struct RequestPlanTests {
  private func code(_ request: HTTPRequest) -> HTTPError.Code? {
    do throws(HTTPError) {
      _ = try RequestPlan(request)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("a method that is no token is refused", arguments: ["", "GET /x", "GET\r\nX: y", "GÉT", "A B", "G\u{0}"])
  func methods(_ method: String) {
    #expect(code(HTTPRequest(method: method, url: "http://h")) == .invalidRequest)
  }

  @Test("any token is a method", arguments: ["get", "PROPFIND", "M-SEARCH", "!#$%&'*+-.^_`|~9"])
  func tokens(_ method: String) {
    #expect(code(HTTPRequest(method: method, url: "http://h")) == nil)
  }

  @Test(
    "a header that could smuggle a line is refused",
    arguments: [
      ("X\r\nY", "v"), ("X", "v\r\nY: w"), ("X", "v\nY: w"), ("X", "v\u{0}w"), ("", "v"), ("X Y", "v"), ("X:", "v"),
      ("X", "\u{7F}"), ("Transfer-Encoding", "chunked"), ("transfer-encoding", ""), ("Content-Length", "3"),
      ("Content-Length", "x"),
    ])
  func headers(_ name: String, _ value: String) {
    let headers = HTTPHeaders([(name, value)])
    #expect(code(HTTPRequest(method: "POST", url: "http://h", headers: headers, body: [1, 2])) == .invalidRequest)
  }

  @Test("a tab, Latin letters and a matching length are fine")
  func soundHeaders() {
    let headers: HTTPHeaders = ["X": "a\tb", "Y": "é", "Content-Length": "2"]
    #expect(code(HTTPRequest(method: "POST", url: "http://h", headers: headers, body: [1, 2])) == nil)
  }

  @Test("durations become at least one millisecond, because zero would mean for ever")
  func timeouts() throws {
    func plan(_ timeout: Duration) throws -> Int {
      try RequestPlan(HTTPRequest(url: "http://h", timeout: timeout)).timeoutMilliseconds
    }
    #expect(try plan(.zero) == 1)
    #expect(try plan(.seconds(-5)) == 1)
    #expect(try plan(.microseconds(1)) == 1)
    #expect(try plan(.microseconds(1_001)) == 2)
    #expect(try plan(.seconds(30)) == 30_000)
    #expect(try plan(.seconds(Int64.max)) == 2_000_000_000)
  }

  @Test("only methods without further effect may be repeated")
  func idempotence() throws {
    for (method, isIdempotent) in [("GET", true), ("PUT", true), ("DELETE", true), ("POST", false), ("PATCH", false)] {
      #expect(try RequestPlan(HTTPRequest(method: method, url: "http://h")).isIdempotent == isIdempotent)
    }
  }
}
