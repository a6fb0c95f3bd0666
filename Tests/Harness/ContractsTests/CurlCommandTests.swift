import HTTP
import JSON
import RunModel
import ScriptedServer
import Testing

@testable import Contracts

/// The line is given to a real shell and a real curl, and the server compares what arrives.
@Suite("The curl line", .enabled(if: Shell.hasCurl, "curl is not installed")) struct CurlCommandTests {
  /// A request with everything that a shell or curl could take for something else.
  struct Sample: CustomTestStringConvertible {
    let testDescription: String
    var method = "POST"
    var path = "/users"
    var headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": "concord"]
    var body: [UInt8]?
  }

  static let samples = [
    Sample(testDescription: "GET", method: "GET", path: "/users?tag=a&tag=b%20c"),
    Sample(testDescription: "dots in the path", method: "GET", path: "/a/../b/./c"),
    Sample(testDescription: "brackets", method: "GET", path: "/users?filter[name]=a"),
    Sample(testDescription: "HEAD", method: "HEAD"),
    Sample(testDescription: "DELETE without a body", method: "DELETE"),
    Sample(testDescription: "POST without a body"), Sample(testDescription: "an empty body", body: []),
    Sample(testDescription: "GET with a body", method: "GET", body: Array("{}".utf8)),
    Sample(testDescription: "no default headers", method: "GET", headers: [:]),
    Sample(
      testDescription: "odd headers",
      headers: [
        "Accept": "*/*", "X-Empty": "", "X-Quotes": "it's \"so\" $HOME `id` \\ !x", "User-Agent": "concord",
        "Content-Type": "text/plain; charset=utf-8",
      ], body: Array("it's $HOME".utf8)),
    Sample(testDescription: "a body like a file name", body: Array("@/etc/passwd".utf8)),
    Sample(testDescription: "lines and tabs", body: Array("a\r\n\tb\\n\n%s\n".utf8)),
    Sample(testDescription: "letters of the world", body: Array(#"{"name":"Ünï 🔑 ' \" \\"}"#.utf8)),
    Sample(testDescription: "bytes that are no text", body: [0, 1, 0x27, 0x25, 0x5C, 0x0A, 0xFF, 0xFE, 0x31]),
    Sample(testDescription: "a long body", body: Array(String(repeating: "0123456789", count: 9_000).utf8)),
  ]

  @Test("repeats a request to the byte", arguments: samples)
  func repeats(sample: Sample) async throws {
    let service = StubService { _ in .json("{}") }
    try await withScriptedServer({ service.play($0) }) { server in
      let request = HTTPRequest(
        method: sample.method, url: server.url + sample.path, headers: sample.headers, body: sample.body)
      let client = HTTPClient(.init(userAgent: ""))
      defer { client.shutdown() }
      _ = try await client.send(request)
      let line = CurlCommand(request: request, secrets: SecretCatalog()).line
      #expect(try await Shell.run(line) == 0, "\(line)")
    }
    let requests = service.requests
    try #require(requests.count == 2)
    #expect(requests[0].line == requests[1].line)
    // The client names itself where a request does not; curl was told not to.
    #expect(requests[0].headers.filter { $0 != "User-Agent: " }.sorted() == requests[1].headers.sorted())
    #expect(requests[0].body == requests[1].body)
  }

  @Test("secrets are variables, and with their values the line repeats the request")
  func secrets() async throws {
    let password = #"it's "so" ä/b \ $HOME"#
    let secrets = SecretCatalog()
    secrets.learn(secret: password, named: "password")
    secrets.learn(secret: "abc.def-ghi", named: "token")
    let service = StubService { _ in .json("{}") }
    try await withScriptedServer({ service.play($0) }) { server in
      let url = "\(server.url)/users?password=\(URLBuilder.encoded(password))"
      let request = HTTPRequest(
        method: "POST", url: url,
        headers: [
          "Authorization": "Bearer abc.def-ghi", "Content-Type": "application/json", "User-Agent": "c", "Accept": "*/*",
        ],
        body: JSONValue.object(["password": .string(password)]).utf8(.compact))
      let line = CurlCommand(request: request, secrets: secrets).line
      #expect(!line.contains("abc.def"))
      #expect(line.contains(#"-H 'Authorization: Bearer '"$TOKEN""#))
      #expect(line.contains(#"--data-raw '{"password":"'"$PASSWORD_JSON"'"}'"#))
      #expect(
        line.contains(#"'/users?password='"$PASSWORD_URLENCODED""#)
          || line.contains(#"?password='"$PASSWORD_URLENCODED""#))
      let client = HTTPClient()
      defer { client.shutdown() }
      _ = try await client.send(request)
      var environment = ["TOKEN": "abc.def-ghi"]
      for form in SecretForms.all(of: password, variable: "PASSWORD") {
        environment[form.variable] = String(decoding: form.bytes, as: UTF8.self)
      }
      #expect(try await Shell.run(line, environment: environment) == 0)
    }
    let requests = service.requests
    try #require(requests.count == 2)
    #expect(requests[0].line == requests[1].line)
    #expect(requests[0].headers.sorted() == requests[1].headers.sorted())
    #expect(requests[0].body == requests[1].body)
  }

  @Test("the line of a failed case repeats the case")
  func ofACase() async throws {
    let service = StubService { _ in .json(#"{"id":1}"#, status: "201 Created") }
    try await withScriptedServer({ service.play($0) }) { server in
      let run = try await Scenario(
        """
          - workflowId: flow
            steps:
              - stepId: create
                operationId: createUser
                parameters: [{name: 'X-Ö', in: header, value: x}]
                requestBody: {payload: {name: "O'Neill", tags: [a, b]}}
        """.replacing("X-Ö", with: "X-Note")
      ).run(at: server.url, service)
      #expect(try run["create"].status == .failed)
      let line = try #require(try run["create"].exchanges.first?.curl)
      #expect(try await Shell.run(line) == 0, "\(line)")
    }
    let requests = service.requests
    try #require(requests.count == 2)
    #expect(requests[0].line == requests[1].line)
    #expect(requests[0].headers == requests[1].headers)
    #expect(requests[0].body == requests[1].body)
  }

  @Test("a body that is too long for a line is left to the reader")
  func tooLong() {
    let request = HTTPRequest(method: "PUT", url: "http://h/", body: Array(repeating: 0x61, count: 200_000))
    let line = CurlCommand(request: request, secrets: SecretCatalog()).line
    #expect(line.hasSuffix("--data-binary @body http://h/  # body: a file of 200000 bytes"))
  }
}
