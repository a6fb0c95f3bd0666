import JSON
import JSONSchema
import Testing

/// Laws that hold for every schema and value, tried on arbitrary ones; a failure names the seed that repeats it.
@Suite("Laws of schemas")
struct SchemaPropertyTests {
  @Test("combinations of schemas obey logic, and both ways to evaluate agree", arguments: 0..<300 as Range<UInt64>)
  func logic(seed: UInt64) throws {
    var generator = RandomSchema(seed: seed)
    let left = generator.schema()
    let right = generator.schema()
    let value = generator.value()
    let isLeft = try isValid(left, value)
    let isRight = try isValid(right, value)
    #expect(try isValid(["not": left], value) == !isLeft)
    #expect(try isValid(["allOf": [left, right]], value) == (isLeft && isRight))
    #expect(try isValid(["anyOf": [left, right]], value) == (isLeft || isRight))
    #expect(try isValid(["oneOf": [left, right]], value) == (isLeft != isRight))
    #expect(try isValid(["if": left, "then": right], value) == (!isLeft || isRight))
    #expect(try isValid(["if": left, "else": right], value) == (isLeft || isRight))
    #expect(try isValid(["$ref": "#/$defs/a", "$defs": ["a": left]], value) == isLeft)
    #expect(try isValid(["items": left], [value, value]) == isLeft)
    #expect(try isValid(["additionalProperties": left], ["x": value]) == isLeft)
    #expect(try isValid(["contains": left], [value]) == isLeft)
    #expect(try isValid(["unevaluatedProperties": left], ["x": value]) == isLeft)
    #expect(try isValid(["allOf": [["properties": ["x": true]]], "unevaluatedProperties": false], ["x": value]))
    #expect(try isValid(["const": value], value))
    #expect(try isValid(["enum": [1, value]], value))
  }

  /// Validity, after checking that the violations agree with it and lead to places that exist.
  private func isValid(_ schema: JSONValue, _ value: JSONValue) throws -> Bool {
    let compiled = try compile(schema)
    let violations = compiled.validate(value)
    let isValid = compiled.isValid(value)
    #expect(violations.isEmpty == isValid, "\(schema) on \(value)")
    for violation in violations {
      #expect(value.value(at: violation.instance) != nil, "\(violation)")
      #expect(schema.value(at: violation.schema) != nil, "\(violation) at \(violation.schema) of \(schema)")
    }
    return isValid
  }
}

/// Arbitrary schemas and values over a small world, so that they meet.
struct RandomSchema {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 1 }

  /// A number below a bound (xorshift64*).
  private mutating func below(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
  }

  private mutating func name() -> String { ["a", "b", "c"][below(3)] }

  mutating func value(depth: Int = 0) -> JSONValue {
    switch below(depth < 3 ? 8 : 5) {
    case 0: return nil
    case 1: return .bool(below(2) == 0)
    case 2: return .number(JSONNumber(below(5)))
    case 3: return 1.5
    case 4: return .string(String(repeating: name(), count: below(3)))
    case 5: return .array((0..<below(4)).map { _ in value(depth: depth + 1) })
    default: return .object(JSONObject((0..<below(4)).map { _ in (name(), value(depth: depth + 1)) }))
    }
  }

  mutating func schema(depth: Int = 0) -> JSONValue {
    if depth > 2 || below(8) == 0 { return .bool(below(3) > 0) }
    var schema = JSONObject()
    for _ in 0...below(3) { addKeyword(to: &schema, depth: depth + 1) }
    return .object(schema)
  }

  private mutating func addKeyword(to schema: inout JSONObject, depth: Int) {
    switch below(20) {
    case 0: schema["type"] = .string(["null", "boolean", "integer", "number", "string", "array", "object"][below(7)])
    case 1: schema["const"] = value(depth: 2)
    case 2: schema["minimum"] = .number(JSONNumber(below(4)))
    case 3: schema["multipleOf"] = [1, 2, 0.5][below(3)]
    case 4: schema["maxLength"] = .number(JSONNumber(below(3)))
    case 5: schema["pattern"] = .string("^\(name())*$")
    case 6: schema["minItems"] = .number(JSONNumber(below(3)))
    case 7: schema["uniqueItems"] = .bool(below(2) == 0)
    case 8: schema["required"] = [.string(name())]
    case 9: schema["properties"] = .object(JSONObject([(name(), self.schema(depth: depth))]))
    case 10: schema["additionalProperties"] = self.schema(depth: depth)
    case 11: schema["items"] = self.schema(depth: depth)
    case 12: schema["prefixItems"] = [self.schema(depth: depth)]
    case 13: schema["contains"] = self.schema(depth: depth)
    case 14: schema["anyOf"] = [self.schema(depth: depth), self.schema(depth: depth)]
    case 15: schema["allOf"] = [self.schema(depth: depth), self.schema(depth: depth)]
    case 16: schema["not"] = self.schema(depth: depth)
    case 17: schema["propertyNames"] = self.schema(depth: depth)
    case 18: schema["unevaluatedProperties"] = self.schema(depth: depth)
    default: schema["unevaluatedItems"] = self.schema(depth: depth)
    }
  }
}
