import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
  @Test("literals read as they look")
  func literals() throws {
    let value: JSONValue = ["a": 1, "b": [nil, true, 1.5, "s"], "c": ["d": -3]]
    #expect(value.serialized() == #"{"a":1,"b":[null,true,1.5,"s"],"c":{"d":-3}}"#)
  }

  @Test("equality is by value and forgets the order of members")
  func equality() {
    let left: JSONValue = ["a": 1, "b": [2.0]]
    let right: JSONValue = ["b": [2], "a": 1.0]
    #expect(left == right)
    #expect(left.hashValue == right.hashValue)
    #expect(left != ["a": 1, "b": [3]])
    #expect(left != ["a": 1])
    #expect(JSONValue.bool(true) != 1)
    #expect(JSONValue.bool(false) != 0)
    #expect(JSONValue.null != false)
    #expect(JSONValue.array([1, 2]) != [2, 1])
    #expect(Set<JSONValue>([1, 1.0, true, "1", [1], [1.0]]).count == 4)
  }

  @Test("accessors answer their own kind only")
  func accessors() {
    #expect(JSONValue.number(JSONNumber(3)).intValue == 3)
    #expect((3.0 as JSONValue).intValue == 3)
    #expect((3.5 as JSONValue).intValue == nil)
    #expect(("3" as JSONValue).intValue == nil)
    #expect((1 as JSONValue).boolValue == nil)
    #expect((0.5 as JSONValue).doubleValue == 0.5)
    #expect((nil as JSONValue).isNull)
    let value: JSONValue = ["list": [10, 20]]
    #expect(value["list"]?[1] == 20)
    #expect(value["list"]?[2] == nil)
    #expect(value["list"]?[-1] == nil)
    #expect(value["none"] == nil)
    let kinds: [JSONValue] = [nil, true, 1, "s", [], [:]]
    #expect(kinds.map(\.typeName) == ["null", "boolean", "number", "string", "array", "object"])
  }

  @Test("texts are escaped only where JSON demands it")
  func escaping() {
    let text: JSONValue = "\"\\/\u{8}\u{9}\u{a}\u{c}\u{d}\u{1}\u{1f}\u{7f}\u{e9}\u{2028}\u{1f600}"
    #expect(text.serialized() == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\u{7f}\u{e9}\u{2028}\u{1f600}\"")
  }

  @Test("the pretty style indents by two and leaves empty containers alone")
  func pretty() {
    let value: JSONValue = ["a": [1, [:]], "b": [], "c": ["d": "e"]]
    #expect(
      value.serialized(.pretty) == """
        {
          "a": [
            1,
            {}
          ],
          "b": [],
          "c": {
            "d": "e"
          }
        }
        """)
  }

  @Test("the canonical style sorts members by code points and spells numbers one way")
  func canonical() {
    let value: JSONValue = ["b": 1.0, "a": ["\u{e9}": 1, "z": 2], "\u{1f600}": 3, "\u{ffff}": 4]
    #expect(value.serialized(.canonical) == "{\"a\":{\"z\":2,\"\u{e9}\":1},\"b\":1,\"\u{ffff}\":4,\"\u{1f600}\":3}")
  }

  @Test("an object keeps its order through changes, small and large", arguments: [3, 16, 17, 60])
  func object(count: Int) {
    var object = JSONObject()
    for number in 0..<count { object["k\(number)"] = .number(JSONNumber(number)) }
    object["k1"] = "changed"
    #expect(object.keys == (0..<count).map { "k\($0)" })
    #expect(object["k1"] == "changed")
    #expect(object.removeValue(forKey: "k0") == 0)
    #expect(object.removeValue(forKey: "k0") == nil)
    object["k2"] = nil
    #expect(object.count == count - 2)
    #expect(object["k2"] == nil)
    #expect(object["k\(count - 1)"] == (count == 3 ? nil : .number(JSONNumber(count - 1))))
    object["k0"] = true
    #expect(object.keys.last == "k0")
    #expect(JSONObject([("a", 1), ("b", 2), ("a", 3)]) == ["a": 3, "b": 2])
  }
}
