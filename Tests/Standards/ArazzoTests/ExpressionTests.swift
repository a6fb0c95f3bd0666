import Arazzo
import JSON
import Testing

/// A context that knows some values, as a runner would at one moment.
struct FixedContext: ExpressionContext {
  var values: [String: JSONValue] = [:]

  func value(of expression: RuntimeExpression) -> JSONValue? { values[expression.description] }
}

@Suite("Runtime expressions")
struct RuntimeExpressionTests {
  @Test(
    "what the specification shows is read, and written back as it was",
    arguments: [
      "$url", "$method", "$statusCode", "$request.header.accept", "$request.path.id", "$request.query.q.x",
      "$request.body#/user/uuid", "$request.body", "$response.body#/status", "$response.header.X-Rate-Limit",
      "$response.body#/a~1b/m~0n", "$inputs.username", "$inputs.x-store-id", "$outputs.bar", "$outputs.mapped.name",
      "$steps.someStepId.outputs.pets", "$steps.a.outputs.pets#/0/id", "$workflows.foo.inputs.username",
      "$workflows.foo.outputs.mappedResponse#/name", "$sourceDescriptions.petstore.url",
      "$sourceDescriptions.petstore.getUser.byId", "$components.parameters.foo", "$components.failureActions.a.b",
    ])
  func roundTrip(text: String) throws {
    #expect(try RuntimeExpression(parsing: text).description == text)
  }

  @Test("the parts are found")
  func parts() throws {
    let pointer = JSONPointer(tokens: ["0", "id"])
    #expect(try RuntimeExpression(parsing: "$steps.a.outputs.p.q#/0/id") == .step("a", output: "p.q", pointer))
    #expect(try RuntimeExpression(parsing: "$response.body#") == .response(.body(JSONPointer())))
    #expect(try RuntimeExpression(parsing: "$workflows.w.inputs.i") == .workflow("w", .inputs, "i", nil))
  }

  @Test(
    "what can never have a value is refused",
    arguments: [
      "", "statusCode", "$", "$statuscode", "$statusCode.x", "$url#/a", "$request", "$request.", "$request.cookie.a",
      "$response.header.", "$response.header.a b", "$response.body/id", "$response.body#id", "$response.bodies",
      "$inputs", "$inputs.", "$steps.a", "$steps.a.output.b", "$steps.a.outputs", "$steps.a.outputs.",
      "$steps..outputs.x",
      "$workflows.a.steps.b", "$components.schemas.a", "$components.parameters", "$sourceDescriptions.a", "$nothing.x",
    ])
  func refused(text: String) {
    #expect(throws: ExpressionSyntaxError.self) { try RuntimeExpression(parsing: text) }
  }
}

@Suite("Templates")
struct TemplateTests {
  private let context = FixedContext(values: [
    "$steps.in.outputs.token": "abc", "$inputs.n": 5, "$inputs.o": ["k": [true, nil]], "$inputs.user": ["name": "Ada"],
  ])

  @Test(
    "expressions in braces become text, everything else stays",
    arguments: [
      ("Bearer {$steps.in.outputs.token}", "Bearer abc"), ("{$inputs.n}{$inputs.n}!", "55!"),
      ("{\"a\": {$inputs.o}}", "{\"a\": {\"k\":[true,null]}}"), ("plain {text} $x {}", "plain {text} $x {}"),
      ("costs {$5} or {$5", "costs {$5} or {$5"), ("", ""),
    ])
  func text(template: String, result: String) throws {
    #expect(try ExpressionTemplate(parsing: template).evaluate(in: context) == result)
  }

  @Test("a string that is an expression keeps the type of its value; strings at any depth are templates")
  func values() throws {
    #expect(try ValueTemplate(parsing: "$inputs.n").evaluate(in: context) == 5)
    #expect(try ValueTemplate(parsing: "$inputs.user.name").evaluate(in: context) == "Ada")
    #expect(try ValueTemplate(parsing: "$5.00").evaluate(in: context) == "$5.00")
    #expect(try ValueTemplate(parsing: "n={$inputs.n}").evaluate(in: context) == "n=5")
    let object = ValueTemplate.object([
      ValueTemplate.Member(key: "a", value: .array([.expression(.input("o", nil)), .constant(1)]))
    ])
    #expect(try object.evaluate(in: context) == ["a": [["k": [true, nil]], 1]])
    #expect(object.expressions.map(\.description) == ["$inputs.o"])
  }

  @Test("a missing value is an error that names the expression")
  func missing() throws {
    let template = try ValueTemplate(parsing: "x{$inputs.nobody}")
    do {
      _ = try template.evaluate(in: context)
      Issue.record("evaluated")
    } catch {
      #expect(error.description == "$inputs.nobody has no value")
    }
  }

  @Test(
    "a slip in a root is an error, not text",
    arguments: ["$respons.body", "$input.x", "a {$step.x.outputs.y}", "{$inputs.x"])
  func slips(text: String) {
    #expect(throws: ExpressionSyntaxError.self) { try ValueTemplate(parsing: text) }
  }
}

@Suite("Simple conditions")
struct SimpleConditionTests {
  private let context = FixedContext(values: [
    "$statusCode": 404, "$response.header.X-Count": "12", "$response.body": ["items": [["id": 7]], "ok": true],
    "$inputs.name": "Ada", "$inputs.empty": "", "$steps.a.outputs.list": [1, 2], "$steps.a.outputs.user": ["age": 36],
    "$inputs.flag": "TRUE", "$inputs.nothing": nil,
  ])

  @Test(
    "operators, precedence, de-references and loose comparisons",
    arguments: [
      ("$statusCode == 404", true), ("$statusCode==200", false), ("$statusCode != 200", true),
      ("$statusCode >= 400 && $statusCode < 500", true), ("$statusCode < 400 || $statusCode > 500", false),
      ("true || false && false", true), ("(true || false) && false", false), ("!false && true", true),
      ("!(1 == 1)", false), ("!$inputs.absent", true), ("$inputs.name == 'ADA'", true), ("$inputs.name == 'Ad'", false),
      ("'it''s' == 'IT''S'", true), ("'b' > 'A'", true), ("$response.header.X-Count > 9", true),
      ("$response.header.X-Count == 12.0", true), ("$response.body.items[0].id == 7", true),
      ("$response.body.ok", true), ("$response.body.ok == 'true'", true), ("$response.body.items[1].id == null", true),
      ("$response.body.items[1].id != null", false), ("$steps.a.outputs.list[1] == 2", true),
      ("$steps.a.outputs.user.age > 30", true), ("$inputs.flag == true", true), ("$inputs.nothing == null", true),
      ("$inputs.empty", false), ("$inputs.absent > 1", false), ("'10' < 9", false), ("true < 2", false),
      ("{$statusCode == 404}", true), ("  1e1 == 10  ", true), ("null == null", true), ("-1 < 0", true),
      ("$response.body.items == $response.body.items", true),
    ])
  func evaluation(text: String, isTrue: Bool) throws {
    #expect(try SimpleCondition(parsing: text).evaluate(in: context).isTrue == isTrue)
  }

  @Test(
    "what is no condition is refused",
    arguments: [
      "", "==", "$statusCode = 200", "$statusCode == ", "$statusCode 200", "(1 == 1", "1 == 1)", "'open", "\"x\" == 1",
      "Ada == 1", "$steps.a == 1", "$inputs.a[x]", "1 && ", "a", "1 == 1 == 1", "$statusCode == 200 and true",
    ])
  func refused(text: String) {
    #expect(throws: ExpressionSyntaxError.self) { try SimpleCondition(parsing: text) }
  }

  @Test("nesting is bounded")
  func depth() {
    let text = String(repeating: "(", count: 2000) + "1" + String(repeating: ")", count: 2000)
    #expect(throws: ExpressionSyntaxError.self) { try SimpleCondition(parsing: text) }
  }

  @Test(
    "the explanation names the operands that decided",
    arguments: [
      ("$statusCode == 200", "$statusCode == 200: it was 404"),
      ("$statusCode == 404 && $inputs.name == 'Bob'", "$inputs.name == 'Bob': it was \"Ada\""),
      (
        "$statusCode == 200 || $response.body.ok == false",
        "$statusCode == 200: it was 404; $response.body.ok == false: it was true"
      ),
      ("$inputs.absent == 1", "$inputs.absent == 1: it was absent"),
      (
        "$statusCode == $response.header.X-Count",
        "$statusCode == $response.header.X-Count: $statusCode was 404, $response.header.X-Count was \"12\""
      ),
      ("$inputs.empty", "$inputs.empty was \"\""),
    ])
  func explanation(text: String, reason: String) throws {
    let outcome = try SimpleCondition(parsing: text).evaluate(in: context)
    #expect(!outcome.isTrue)
    #expect(outcome.reasons.joined(separator: "; ") == reason)
  }

  @Test("operands are listed with their values")
  func operands() throws {
    let outcome = try SimpleCondition(parsing: "$statusCode == 404 && $inputs.x").evaluate(in: context)
    #expect(outcome.operands.map(\.text) == ["$statusCode", "$inputs.x"])
    #expect(outcome.operands.map(\.value) == [404, nil])
  }
}
