import JSON
import OpenAPI
import Testing
import YAMLSource

/// A small API in two files that uses most of what a document can say.
enum Sample {
  static let api = """
    openapi: 3.1.0
    info:
      title: Users
      version: 1.2.0
    servers:
      - url: https://{host}/v1/
        variables: {host: {default: example.com}}
    security:
      - bearer: []
    paths:
      /users/{uid}:
        parameters:
          - {name: uid, in: path, required: true, schema: {type: string}}
          - {name: X-Trace, in: header, schema: {type: string}}
        get:
          operationId: getUser
          tags: [users]
          summary: Reads a user
          parameters:
            - {name: X-Trace, in: header, required: true, schema: {type: string, minLength: 1}}
            - $ref: 'common.yaml#/components/parameters/fields'
          security: []
          responses:
            200:
              description: The user
              headers:
                ETag: {required: true, schema: {type: string}}
                Content-Type: {schema: {type: string}}
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/User'}
                  examples:
                    ada: {summary: Ada, value: {uid: u1}}
                text/*: {example: hello}
              links:
                delete:
                  operationId: deleteUser
                  parameters: {uid: $response.body#/uid}
            4XX: {$ref: 'common.yaml#/components/responses/Problem'}
            default: {description: Anything else}
        delete:
          operationId: deleteUser
          deprecated: true
          x-cost: 3
          responses:
            '204': {description: Gone}
      /users/me:
        get:
          security: [{}, {bearer: [read]}]
          responses: {default: {description: Me}}
      /users:
        $ref: 'common.yaml#/paths/~1users'
      /files/{name}.{extension}:
        get: {operationId: getFile, parameters: [
          {name: name, in: path, required: true, schema: {type: string}},
          {name: extension, in: path, required: true, schema: {type: string}}], responses: {default: {description: d}}}
      /files/readme.txt:
        get: {operationId: getReadme, responses: {default: {description: d}}}
    components:
      securitySchemes:
        bearer: {type: http, scheme: Bearer, bearerFormat: JWT}
        key: {type: apiKey, in: query, name: k}
      schemas:
        User:
          type: object
          properties:
            uid: {type: string}
            friends: {type: array, items: {$ref: '#/components/schemas/User'}}
    """

  static let common = """
    paths:
      /users:
        post:
          operationId: createUser
          requestBody:
            required: true
            content:
              application/json: {schema: {$ref: '#/components/schemas/NewUser'}, example: {name: Ada}}
          responses: {'201': {description: Made}}
    components:
      parameters:
        fields: {name: fields, in: query, explode: false, schema: {type: array, items: {type: string}}}
      responses:
        Problem:
          description: A problem
          content: {application/problem+json: {schema: {type: object}}}
      schemas:
        NewUser: {type: object, required: [name]}
    """

  static let files = ["apis/user.yaml": api, "apis/common.yaml": common]

  static func load() throws -> OpenAPIDocument {
    let (document, diagnostics) = OpenAPIDocument.load(file: "apis/user.yaml", loader: SourceLoader(files: files))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    return try #require(document)
  }
}

@Suite("An OpenAPI document becomes values")
struct OpenAPIDocumentTests {
  @Test("operations, with ids, places and inherited parts")
  func operations() throws {
    let document = try Sample.load()
    #expect(document.title == "Users")
    #expect(document.version == "1.2.0")
    #expect(document.specification == .v3_1)
    #expect(document.servers.first?.url == "https://example.com/v1/")
    #expect(document.servers.first?.basePath == "/v1")
    #expect(
      document.operations.map(\.id) == [
        "getUser", "deleteUser", "GET /users/me", "createUser", "getFile", "getReadme",
      ])
    let get = try #require(document.operation(id: "getUser"))
    #expect(get.method == "GET")
    #expect(get.path == "/users/{uid}")
    #expect(get.pointer.description == "/paths/~1users~1{uid}/get")
    #expect(get.location.description == "apis/user.yaml:15:5")
    #expect(get.tags == ["users"])
    #expect(document.operation(at: get.pointer)?.id == "getUser")
    let delete = try #require(document.operation(id: "deleteUser"))
    #expect(delete.isDeprecated)
    #expect(delete.extensions == ["x-cost": 3])
    #expect(document.operation(id: "nobody") == nil)
  }

  @Test("parameters of the path are replaced by those of the operation, with the defaults of their place")
  func parameters() throws {
    let document = try Sample.load()
    let get = try #require(document.operation(id: "getUser"))
    #expect(get.parameters.map(\.name) == ["uid", "X-Trace", "fields"])
    let uid = try #require(get.parameter(named: "uid", in: .path))
    #expect(uid.style == .simple && !uid.explode && uid.isRequired)
    #expect(get.parameter(named: "x-trace", in: .header)?.isRequired == true)
    let fields = try #require(get.parameter(named: "fields", in: .query))
    #expect(fields.style == .form && !fields.explode && !fields.isRequired)
    #expect(fields.schema?.uri == "file:///apis/common.yaml#/components/parameters/fields/schema")
    #expect(fields.source.file == "apis/common.yaml")
    let delete = try #require(document.operation(id: "deleteUser"))
    #expect(delete.parameter(named: "X-Trace", in: .header)?.isRequired == false)
  }

  @Test("responses by status: code, range, default")
  func responses() throws {
    let get = try #require(try Sample.load().operation(id: "getUser"))
    #expect(get.responses.map(\.status) == ["200", "4XX", "default"])
    #expect(get.response(for: 200)?.summary == "The user")
    #expect(get.response(for: 404)?.summary == "A problem")
    #expect(get.response(for: 500)?.summary == "Anything else")
    let found = try #require(get.response(for: 200))
    #expect(found.headers.map(\.name) == ["ETag"])
    #expect(found.headers.first?.isRequired == true)
    #expect(found.content.best(for: "application/json; charset=utf-8")?.examples.first?.value == ["uid": "u1"])
    #expect(found.content.best(for: "Text/Plain")?.contentType == "text/*")
    #expect(found.content.best(for: "image/png") == nil)
    #expect(
      found.content.first?.schema?.uri
        == "file:///apis/user.yaml#/paths/~1users~1%7Buid%7D/get/responses/200/content/application~1json/schema")
    let link = try #require(get.links.first)
    #expect(link.status == "200" && link.link.operationID == "deleteUser")
    #expect(link.link.parameters.map(\.name) == ["uid"])
    #expect(link.link.parameters.first?.value == "$response.body#/uid")
    #expect(try Sample.load().target(of: link.link)?.id == "deleteUser")
    let delete = try #require(try Sample.load().operation(id: "deleteUser"))
    #expect(delete.response(for: 200) == nil)
  }

  @Test("a path item in another file brings its operations, bodies and examples")
  func otherFile() throws {
    let create = try #require(try Sample.load().operation(id: "createUser"))
    #expect(create.path == "/users")
    #expect(create.location.description == "apis/common.yaml:3:5")
    #expect(create.requestBody?.isRequired == true)
    #expect(create.examples.first?.example.value == ["name": "Ada"])
  }

  @Test("security: inherited, none, optional")
  func security() throws {
    let document = try Sample.load()
    #expect(document.operation(id: "getUser")?.isPublic == true)
    #expect(document.operation(id: "getUser")?.security.isEmpty == true)
    let delete = try #require(document.operation(id: "deleteUser"))
    #expect(!delete.isPublic)
    #expect(delete.security.first?.parts.map(\.scheme) == ["bearer"])
    let me = document.operation(id: "GET /users/me")
    #expect(me?.security.map { $0.parts.flatMap(\.scopes) } == [[], ["read"]])
    #expect(document.operation(id: "GET /users/me")?.isPublic == true)
    #expect(document.securitySchemes["bearer"]?.kind == .http(scheme: "bearer", bearerFormat: "JWT"))
    #expect(document.securitySchemes["key"]?.kind == .apiKey(name: "k", location: .query))
  }

  @Test("requests find their operation: concrete paths first, values decoded")
  func matching() throws {
    let document = try Sample.load()
    #expect(document.match(method: "get", path: "/users/me")?.operation.id == "GET /users/me")
    let match = try #require(document.match(method: "GET", path: "/users/a%2Fb%20%C3%A4?x=/y"))
    #expect(match.operation.id == "getUser")
    #expect(match.pathParameters == ["uid": "a/b ä"])
    // A method that only the templated path has is found although the concrete one is tried first.
    #expect(document.match(method: "DELETE", path: "/users/me")?.operation.id == "deleteUser")
    #expect(document.match(method: "GET", path: "/files/readme.txt")?.operation.id == "getReadme")
    let file = try #require(document.match(method: "GET", path: "/files/a.tar.gz"))
    #expect(file.pathParameters == ["name": "a", "extension": "tar.gz"])
    for path in ["/users/", "/users/a/b", "/files/noextension", "/nothing", "users", "/users/%zz"] {
      #expect(document.match(method: "GET", path: path) == nil, "\(path)")
    }
    #expect(document.match(method: "PUT", path: "/users/u1") == nil)
    #expect(document.methods(forPath: "/users/me").sorted() == ["DELETE", "GET"])
  }

  @Test("a part of a schema leads back to its line")
  func locations() throws {
    let document = try Sample.load()
    let pointer = JSONPointer(tokens: ["components", "schemas", "User", "properties", "uid", "type"])
    #expect(
      document.location(schemaURI: "file:///apis/user.yaml#/x", pointer: pointer)?.description == "apis/user.yaml:67:15"
    )
    #expect(document.location(schemaURI: "file:///other.yaml", pointer: pointer) == nil)
  }
}

@Suite("Problems of OpenAPI documents")
struct OpenAPIProblemTests {
  private func problems(_ text: String, others: [String: String] = [:]) -> String {
    let files = others.merging(["api.yaml": text]) { first, _ in first }
    let (_, diagnostics) = OpenAPIDocument.load(file: "api.yaml", loader: SourceLoader(files: files))
    return diagnostics.map(\.description).joined(separator: "\n")
  }

  private let head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"

  @Test("callbacks and webhooks are left out, and a note says so")
  func notCalled() {
    let text =
      head + """
        paths:
          /a:
            post:
              callbacks: {done: {'{$request.body#/url}': {post: {responses: {'200': {description: ok}}}}}}
              responses: {'200': {description: ok}}
        webhooks:
          new: {post: {responses: {'200': {description: ok}}}}
        """
    #expect(
      problems(text) == """
        api.yaml:6:18: note: the callbacks of POST /a are not tested
        api.yaml:9:3: note: the webhooks of 'api.yaml' are not tested
        """)
  }

  @Test("dangling references in every file are all reported, with suggestions")
  func dangling() {
    let text =
      head + """
        paths:
          /a:
            get:
              parameters:
                - $ref: '#/components/parameters/pag'
              responses:
                '200':
                  description: d
                  content:
                    application/json:
                      schema:
                        properties:
                          a: {$ref: '#/components/schemas/Usr'}
                          b: {$ref: 'comon.yaml#/X'}
                          c: {$ref: 'common.yaml#/Y/Other'}
                          d: {$ref: '../secret.yaml'}
                          e: {$ref: '#anchr'}
                        default: {$ref: 'not a reference here'}
        components:
          parameters: {page: {name: p, in: query, schema: true}}
          schemas: {User: {$anchor: anchor}}
        """
    #expect(
      problems(text, others: ["common.yaml": "Y: {X: {$ref: '#/Z'}, Othr: {}}\nX: {}\n"]) == """
        api.yaml:7:17: error: the reference '#/components/parameters/pag' leads nowhere
          did you mean '#/components/parameters/page'?
        api.yaml:15:29: error: the reference '#/components/schemas/Usr' leads nowhere
          did you mean '#/components/schemas/User'?
        api.yaml:16:29: error: no such file: 'comon.yaml'
          did you mean 'common.yaml'?
        api.yaml:17:29: error: the reference 'common.yaml#/Y/Other' leads nowhere
          did you mean 'common.yaml#/Y/Othr'?
        api.yaml:18:29: error: the reference '../secret.yaml' leaves the folder that may be read
          move the file below that folder
        api.yaml:19:29: error: the anchor 'anchr' is not in 'api.yaml'
          did you mean 'anchor'?
        """)
  }

  @Test("a target is checked as what it is referred to as, and what it refers to as well")
  func targets() {
    let text = head + "paths:\n  /a:\n    get:\n      responses:\n        '200': {$ref: 'r.yaml'}\n"
    #expect(
      problems(text, others: ["r.yaml": "descripton: d\ncontent: {a/b: {schema: {$ref: '#/none'}}}\n"]) == """
        r.yaml:1:1: error: a response has an unknown key 'descripton'
          did you mean 'description'?
        r.yaml:1:1: error: a response lacks 'description'
        r.yaml:2:32: error: the reference '#/none' leads nowhere
          possible: 'descripton', 'content'
        """)
  }

  @Test("a reference that is no URI is refused, as the schemas could not follow it")
  func noURI() {
    let text = head + "components:\n  schemas: {A: {$ref: 'größe 1.yaml#/A'}}\n"
    #expect(
      problems(text, others: ["größe 1.yaml": "A: {}\n"]) == """
        api.yaml:4:23: error: the reference 'größe 1.yaml#/A' is no URI
          write 'gr%C3%B6%C3%9Fe%201.yaml#/A'
        """)
  }

  @Test("references in a circle are an error, schemas in a circle are not")
  func circles() {
    let circle =
      head
      + "components:\n  responses:\n    A: {$ref: '#/components/responses/B'}\n    B: {$ref: '#/components/responses/A'}\n"
    #expect(problems(circle).contains("leads in a circle"))
    let schemas =
      head
      + "components:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n    B: {items: {$ref: '#/components/schemas/A'}}\n"
    #expect(problems(schemas).isEmpty)
  }

  @Test("what is wrong across operations is reported")
  func operations() {
    let text =
      head + """
        paths:
          /a/{id}:
            get: {operationId: x, responses: {default: {description: d}}, parameters: [
              {name: id, in: path, required: true, schema: true}, {name: id, in: path, required: true, schema: true}]}
          /a/{key}:
            get: {operationId: x, responses: {'20': {description: d}}}
          b: {}
        """
    let found = problems(text)
    #expect(found.contains("api.yaml:6:59: error: the path parameter 'id' is listed twice; it is already on line 6"))
    #expect(found.contains("error: '20' is no status"))
    #expect(found.contains("error: the path 'b' must begin with '/'\n  write '/b'"))
    let second =
      head + "paths:\n  /a/{id}:\n    get: {operationId: x}\n  /a/{key}:\n    get: {operationId: x}\n"
    #expect(
      problems(second) == """
        api.yaml:5:5: warning: the path variable '{id}' of GET /a/{id} has no parameter
          declare it with 'in: path'
        api.yaml:6:3: error: the path '/a/{key}' matches the same requests as '/a/{id}' on line 4
          keep one of them
        api.yaml:7:5: warning: the path variable '{key}' of GET /a/{key} has no parameter
          declare it with 'in: path'
        api.yaml:7:24: error: the operationId 'x' is used twice; it is already at api.yaml:5:5
          give each operation an id of its own
        """)
  }

  @Test("links, schemes and hosts that are unknown are warnings")
  func warnings() {
    let text =
      head + """
        paths:
          /a:
            get:
              operationId: getA
              security: [{bearr: []}]
              responses:
                '200':
                  description: d
                  links: {l: {operationId: getB}, m: {operationRef: '#/paths/~1none/get'}}
                  headers: {X: {$ref: 'https://example.com/h.yaml'}}
        components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
        """
    let files = ["api.yaml": text]
    let (document, diagnostics) = OpenAPIDocument.load(file: "api.yaml", loader: SourceLoader(files: files))
    #expect(document != nil)
    #expect(diagnostics.allSatisfy { $0.severity == .warning })
    #expect(
      diagnostics.map(\.message) == [
        "the security scheme 'bearr' is not declared", "the link 'l' leads to the unknown operation 'getB'",
        "the link 'm' leads nowhere: '#/paths/~1none/get'",
        "the reference to 'https://example.com/h.yaml' is not followed",
      ])
  }

  @Test(
    "other versions and other files are refused",
    arguments: [
      ("swagger: '2.0'\n", "OpenAPI 2.0 is not supported"), ("a: 1\n", "lacks 'openapi'"),
      ("openapi: 4.0.0\n", "must be a version 3.0.x or 3.1.x"), ("openapi: 3.1\n", "found the number 3.1"),
      ("- 1\n", "lacks 'openapi'"),
    ])
  func versions(text: String, message: String) {
    #expect(problems(text).contains(message))
  }

  @Test("a missing file and broken YAML are reported")
  func unreadable() {
    let (document, diagnostics) = OpenAPIDocument.load(file: "x.yaml", loader: SourceLoader(files: [:]))
    #expect(document == nil)
    #expect(diagnostics.map(\.message) == ["no such file: 'x.yaml'"])
    #expect(problems("openapi: [").contains("broken YAML"))
  }
}
