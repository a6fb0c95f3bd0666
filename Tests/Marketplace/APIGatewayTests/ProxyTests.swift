import HTTP
import JSON
import ServiceKit
import ServiceTesting
import Testing

@testable import APIGateway

@Suite("Proxying")
struct ProxyTests {
  private let gateway = TestGateway()

  private func fails(_ code: HTTPError.Code) {
    gateway.service.answer(.failure(HTTPError(code: code, message: "no http://10.0.0.1:9", url: "http://10.0.0.1:9")))
  }

  @Test("method, path, query, body and end-to-end headers arrive unchanged")
  func onward() async {
    _ = await gateway.call(
      "POST", "/api/products/1/reviews?a=%20b&a=2", ["x": 1], token: FakeVerifier.token("ada"),
      headers: [
        "Idempotency-Key": "k", "Accept": "text/x", "Connection": "close, X-Hop", "X-Hop": "1", "TE": "trailers",
        "Host": "shop.example", "Cookie": "c=1", "Keep-Alive": "1",
      ])
    let sent = gateway.service.sent[0]
    #expect(sent.method == "POST" && sent.url == "http://10.0.0.1:9/products/1/reviews?a=%20b&a=2")
    #expect(sent.body == Array("{\"x\":1}".utf8) && sent.headers["Content-Type"] == "application/json")
    #expect(sent.headers["Idempotency-Key"] == "k" && sent.headers["Accept"] == "text/x")
    #expect(sent.headers["X-Request-ID"] == "r-1")
    for name in ["Connection", "X-Hop", "TE", "Host", "Cookie", "Keep-Alive", "Content-Length"] {
      #expect(sent.headers[name] == nil, "\(name)")
    }
  }

  @Test("status, body and end-to-end headers come back unchanged; addresses become the gateway's")
  func backward() async {
    gateway.service.answer(
      .success(
        HTTPResponse(
          status: 418,
          headers: [
            "Content-Type": "text/plain", "ETag": "\"1\"", "Set-Cookie": "a=1", "Set-Cookie": "b=2",
            "Location": "/orders/7", "Connection": "close", "Transfer-Encoding": "chunked", "Server": "x",
            "X-Request-ID": "other",
          ], body: [0, 255, 10])))
    let response = await gateway.call("GET", "/api/products/1")
    #expect(response.status == 418 && response.body == [0, 255, 10])
    #expect(response.headers["Content-Type"] == "text/plain" && response.headers["ETag"] == "\"1\"")
    #expect(response.headers.values("Set-Cookie") == ["a=1", "b=2"] && response.headers["Location"] == "/api/orders/7")
    #expect(response.headers.values("X-Request-ID") == ["r-1"])
    for name in ["Connection", "Transfer-Encoding", "Server"] { #expect(response.headers[name] == nil) }
  }

  @Test("content of a GET is neither read nor passed on, however much it is")
  func contentOfGet() async {
    gateway.service.answer(.success(HTTPResponse(status: 200)))
    let tooMuch = JSONValue.string(String(repeating: "x", count: Proxy.maximumBodyBytes + 1))
    #expect(await gateway.call("GET", "/api/categories", tooMuch).status == 200)
    #expect(await gateway.call("POST", "/api/users", tooMuch).status == 413)
    #expect(gateway.service.sent.count == 1)
    #expect(gateway.service.sent[0].body == nil && gateway.service.sent[0].headers["Content-Type"] == nil)
  }

  @Test("errors of a service are passed on as they are", arguments: [500, 503])
  func upstreamErrors(status: Int) async {
    gateway.service.answer(.success(HTTPResponse(status: status, body: Array("oops".utf8))))
    let response = await gateway.call("GET", "/api/products/1")
    #expect(response.status == status && response.body == Array("oops".utf8) && gateway.service.sent.count == 1)
  }

  @Test(
    "a service that gives no answer becomes a problem that names it, and no address",
    arguments: [
      (HTTPError.Code.connectionRefused, 503), (.resolve, 503), (.timedOut, 504), (.reset, 502),
      (.protocolViolation, 502), (.bodyTooLarge, 502),
    ])
  func noAnswer(code: HTTPError.Code, status: Int) async {
    fails(code)
    let response = await gateway.call("GET", "/api/products/1")
    #expect(response.status == status && response.headers["Content-Type"] == "application/problem+json")
    #expect(response.json?["detail"]?.stringValue?.hasPrefix("product-service ") == true)
    #expect(!String(decoding: response.body, as: UTF8.self).contains("10.0.0.1"))
  }

  @Test("a timeout is not repeated, a broken read is, a broken write is not")
  func repetition() async {
    let token = FakeVerifier.token("ada")
    fails(.timedOut)
    _ = await gateway.call("GET", "/api/products/1")
    #expect(gateway.service.sent.count == 1)
    fails(.reset)
    _ = await gateway.call("GET", "/api/products/1")
    #expect(gateway.service.sent.count == 3)
    _ = await gateway.call("POST", "/api/orders", ["a": 1], token: token)
    #expect(gateway.service.sent.count == 4)
  }

  @Test("a body beyond the limit is 413 and reaches no service")
  func tooLarge() async {
    let body = JSONValue.string(String(repeating: "x", count: Proxy.maximumBodyBytes))
    #expect(await gateway.call("POST", "/api/users", body).status == 413)
    #expect(gateway.service.sent.isEmpty)
  }
}
