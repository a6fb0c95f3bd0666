import Arazzo
import JSON
import Testing
import YAMLSource

@Suite("An Arazzo document becomes values")
struct ArazzoDocumentTests {
  static let text = """
    arazzo: 1.0.1
    info: {title: Orders, version: 1.0.0, summary: s}
    sourceDescriptions:
      - {name: users, url: ../apis/user.openapi.yaml, type: openapi}
      - {name: orders, url: ../apis/order.openapi.yaml}
      - {name: shared, url: shared.arazzo.yaml, type: arazzo}
    x-suite: smoke
    workflows:
      - workflowId: sign-in
        inputs:
          type: object
          properties: {email: {type: string}}
        steps:
          - stepId: post
            operationId: $sourceDescriptions.users.createSession
            requestBody:
              contentType: application/json
              payload: {email: $inputs.email, note: 'hi {$inputs.email}', list: [1, $inputs.email]}
              replacements: [{target: /password, value: secret}]
            successCriteria:
              - condition: $statusCode == 201
              - {context: $response.body, type: jsonpath, condition: '$[?@.token]'}
              - {context: $response.header.Location, type: regex, condition: '^/sessions/'}
            outputs: {token: $response.body#/token, who: $response.body}
            x-timeout: 2s
        outputs: {token: $steps.post.outputs.token}
      - workflowId: buy
        dependsOn: [sign-in, $sourceDescriptions.shared.seed]
        inputs: {$ref: '#/components/inputs/page'}
        parameters:
          - {name: Authorization, in: header, value: 'Bearer {$workflows.sign-in.outputs.token}'}
          - {name: X-Trace, in: header, value: a}
        failureActions:
          - reference: $components.failureActions.again
        steps:
          - stepId: login
            workflowId: sign-in
            parameters: [{name: email, value: a@b.c}]
          - stepId: order
            operationPath: '{$sourceDescriptions.orders.url}#/paths/~1orders/post'
            parameters:
              - {name: X-Trace, in: header, value: b}
              - {reference: $components.parameters.page, value: 7}
            onSuccess:
              - {name: done, type: goto, stepId: check, criteria: [{condition: $steps.login.outputs.token != null}]}
            onFailure:
              - {name: over, type: end}
            outputs: {id: $response.body#/id}
          - stepId: check
            operationId: $sourceDescriptions.orders.getOrder
            parameters: [{name: id, in: path, value: $steps.order.outputs.id}]
            onFailure:
              - {name: again, type: retry, retryAfter: 0.25, retryLimit: 3, criteria: [{condition: $statusCode == 503}]}
        outputs: {order: $steps.order.outputs.id}
    components:
      inputs: {page: {type: object, properties: {size: {type: integer}}}}
      parameters: {page: {name: page, in: query, value: $inputs.size}}
      failureActions:
        again: {name: again, type: retry, retryAfter: 1}
    """

  private func load() throws -> ArazzoDocument {
    // `login` passes a parameter without 'in', but inherits ones of the workflow with it: those are inputs as well.
    let files = ["w/a.arazzo.yaml": Self.text]
    let (document, diagnostics) = ArazzoDocument.load(file: "w/a.arazzo.yaml", loader: SourceLoader(files: files))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    return try #require(document)
  }

  @Test("sources, workflows and steps")
  func structure() throws {
    let document = try load()
    #expect(document.info.title == "Orders")
    #expect(document.extensions == ["x-suite": "smoke"])
    #expect(document.sources.map(\.kind) == [.openapi, .openapi, .arazzo])
    #expect(document.workflows.map(\.id) == ["sign-in", "buy"])
    let buy = try #require(document.workflow(id: "buy"))
    #expect(buy.dependsOn.map(\.description) == ["sign-in", "$sourceDescriptions.shared.seed"])
    #expect(buy.steps.map(\.id) == ["login", "order", "check"])
    #expect(buy.inputs?.pointer.description == "/workflows/1/inputs")
    #expect(buy.outputs.map(\.name) == ["order"])
    let order = try #require(buy.step(id: "order"))
    #expect(
      order.target == .operationPath(source: "orders", pointer: JSONPointer(tokens: ["paths", "/orders", "post"])))
    #expect(order.location.description == "w/a.arazzo.yaml:39:9")
    #expect(document.source(of: order.target)?.name == "orders")
    let post = try #require(document.workflow(id: "sign-in")?.step(id: "post"))
    #expect(post.target == .operation(source: "users", id: "createSession"))
    #expect(post.extensions == ["x-timeout": "2s"])
    #expect(post.requestBody?.replacements.first?.pointer == JSONPointer(tokens: ["password"]))
    let body = try post.requestBody?.payload?.evaluate(in: FixedContext(values: ["$inputs.email": "e"]))
    #expect(body == ["email": "e", "note": "hi e", "list": [1, "e"]])
  }

  @Test("steps inherit what they do not override, and reusable objects are resolved")
  func inheritance() throws {
    let buy = try #require(try load().workflow(id: "buy"))
    let order = try #require(buy.step(id: "order"))
    #expect(order.parameters.map(\.name) == ["X-Trace", "page", "Authorization"])
    #expect(order.parameters[0].value == .constant("b"))
    #expect(order.parameters[1].value == .constant(7))
    #expect(order.onFailure.map(\.name) == ["over", "again"])
    #expect(order.onFailure[1].kind == .retry(after: .seconds(1), limit: 1, via: nil))
    let check = try #require(buy.step(id: "check"))
    #expect(check.onFailure.map(\.name) == ["again"])
    #expect(check.onFailure[0].kind == .retry(after: .milliseconds(250), limit: 3, via: nil))
    #expect(order.onSuccess[0].kind == .goto(.step("check")))
  }

  @Test("criteria are evaluated and explained")
  func criteria() throws {
    let post = try #require(try load().workflow(id: "sign-in")?.step(id: "post"))
    let context = FixedContext(values: [
      "$statusCode": 200, "$response.body": ["token": "t"], "$response.header.Location": "/users/1",
    ])
    let outcome = post.successCriteria[0].evaluate(in: context, patterns: PrefixEngine())
    #expect(outcome.verdict == .unsatisfied)
    #expect(outcome.explanation == "$statusCode == 201: it was 200")
    #expect(outcome.location.description == "w/a.arazzo.yaml:21:24")
    let regex = post.successCriteria[2].evaluate(in: context, patterns: PrefixEngine())
    #expect(regex.verdict == .unsatisfied)
    #expect(regex.explanation == "$response.header.Location does not match /^/sessions//: \"/users/1\"")
    let other = FixedContext(values: ["$response.header.Location": "/sessions/1"])
    #expect(post.successCriteria[2].evaluate(in: other, patterns: PrefixEngine()).isSatisfied)
    let absent = post.successCriteria[2].evaluate(in: FixedContext(), patterns: PrefixEngine())
    #expect(absent.verdict == .unsatisfied)
    #expect(absent.explanation == "$response.header.Location was absent")
    let broken = post.successCriteria[2].evaluate(in: other, patterns: BrokenEngine())
    #expect(broken.verdict == .impossible("the pattern failed: no"))
    #expect(try load().criteriaDiagnostics(patterns: BrokenEngine()).map(\.location?.line).contains(23))
  }
}

/// Knows `^prefix` only, so that these tests need no driver.
private struct PrefixEngine: PatternEngine {
  struct Compiled: CompiledPattern {
    let prefix: String
    func firstMatch(in text: String) throws(PatternError) -> Bool { text.hasPrefix(prefix) }
  }

  func compile(_ pattern: String) throws(PatternError) -> any CompiledPattern {
    Compiled(prefix: String(pattern.dropFirst()))
  }
}

/// Compiles nothing.
private struct BrokenEngine: PatternEngine {
  func compile(_ pattern: String) throws(PatternError) -> any CompiledPattern {
    throw PatternError(pattern: pattern, message: "no")
  }
}
