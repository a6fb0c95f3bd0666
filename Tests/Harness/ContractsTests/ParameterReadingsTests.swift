import JSON
import OpenAPI
import Testing

@testable import Contracts

@Suite("Readings of parameters") struct ParameterReadingsTests {
  private func parameter(_ name: String) throws -> (Parameter, ServiceAPI) {
    let generated = try GenerationSample().linked("search")
    return (try #require(generated.operation.parameters.first { $0.name == name }), generated.api)
  }

  @Test(
    "a value breaks a constraint only when every reading of its text does",
    arguments: [
      ("limit", JSONValue.number(JSONNumber(11)), true), ("limit", JSONValue.string("7"), false),
      ("limit", JSONValue.string("seven"), true),
      ("limit", JSONValue.bool(true), true), ("limit", JSONValue.array([.number(JSONNumber(3))]), false),
      ("q", JSONValue.number(JSONNumber(5)), false), ("q", JSONValue.string("toolong"), true),
      ("q", JSONValue.string(""), false), ("q", JSONValue.null, false),
      ("tag", JSONValue.array(["a", "b", "c"]), true), ("tag", JSONValue.array(["a"]), false),
      ("X-Trace", JSONValue.string("ü"), false),
    ])
  func violations(name: String, value: JSONValue, isViolation: Bool) throws {
    let (parameter, api) = try parameter(name)
    #expect(ParameterReadings.isViolation(value, of: parameter, in: api) == isViolation)
  }

  @Test(
    "what would be absent, or would arrive as something else, is not sent",
    arguments: [
      ("q", JSONValue.string(""), false), ("q", JSONValue.null, false), ("tag", JSONValue.array([]), false),
      ("tag", JSONValue.array([["a"]]), false),
      ("X-Trace", JSONValue.string(" a"), false), ("X-Trace", JSONValue.string("a b"), true),
      ("q", JSONValue.string("a/b"), true),
    ])
  func sendable(name: String, value: JSONValue, isSendable: Bool) throws {
    let (parameter, _) = try parameter(name)
    #expect(ParameterReadings(of: value, for: parameter).isSendable == isSendable)
  }
}
