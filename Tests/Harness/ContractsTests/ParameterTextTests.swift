import JSON
import OpenAPI
import Testing
import YAMLSource

@testable import Contracts

/// The table of OpenAPI 3.1.1, "Style Examples", and what it leaves open.
@Suite("Parameter styles") struct ParameterTextTests {
  private static let list: JSONValue = ["blue", "black", "brown"]
  private static let color: JSONValue = ["R": 100, "G": 200, "B": 150]

  /// A documented parameter `color`, read as a document reads it.
  private func parameter(in location: String, _ rest: String) throws -> Parameter {
    let path = location == "path" ? "/{color}" : "/"
    let required = location == "path" ? "required: true, " : ""
    let text = """
      openapi: 3.1.0
      info: {title: T, version: '1'}
      paths:
        \(path):
          get:
            parameters: [{name: color, in: \(location), \(required)\(rest)}]
            responses: {'200': {description: ok}}
      """
    let (document, problems) = OpenAPIDocument.load(file: "a.yaml", loader: SourceLoader(files: ["a.yaml": text]))
    return try #require(document?.operations.first?.parameters.first, "\(problems)")
  }

  @Test(
    "in a path",
    arguments: [
      ("simple", false, "", list, "blue,black,brown"), ("simple", false, "", color, "R,100,G,200,B,150"),
      ("simple", true, "", color, "R=100,G=200,B=150"), ("label", false, "", list, ".blue,black,brown"),
      ("label", true, "", list, ".blue.black.brown"), ("label", false, "", color, ".R,100,G,200,B,150"),
      ("label", true, "", color, ".R=100.G=200.B=150"), ("matrix", false, "", list, ";color=blue,black,brown"),
      ("matrix", true, "", list, ";color=blue;color=black;color=brown"),
      ("matrix", false, "", color, ";color=R,100,G,200,B,150"), ("matrix", true, "", color, ";R=100;G=200;B=150"),
      ("matrix", false, "", "", ";color"), ("simple", false, "", "a/b c", "a%2Fb%20c"),
      ("simple", false, "", "..", "%2E%2E"),
      ("simple", false, "", 3.50, "3.5"),
    ] as [(String, Bool, String, JSONValue, String)])
  func path(style: String, explode: Bool, extra: String, value: JSONValue, expected: String) throws {
    let declared = try parameter(in: "path", "style: \(style), explode: \(explode), schema: {}")
    #expect(ParameterText(name: "color", value: value, declared: declared).pathText == expected)
  }

  @Test(
    "in a query",
    arguments: [
      ("form", true, "", list, "color=blue&color=black&color=brown"),
      ("form", false, "", list, "color=blue,black,brown"),
      ("form", false, "", color, "color=R,100,G,200,B,150"), ("form", true, "", color, "R=100&G=200&B=150"),
      ("spaceDelimited", false, "", list, "color=blue%20black%20brown"),
      ("spaceDelimited", false, "", color, "color=R%20100%20G%20200%20B%20150"),
      ("pipeDelimited", false, "", list, "color=blue%7Cblack%7Cbrown"),
      ("pipeDelimited", true, "", list, "color=blue&color=black&color=brown"),
      ("deepObject", true, "", color, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
      ("form", true, "", "", "color="), ("form", true, "", "a&b=c d", "color=a%26b%3Dc%20d"),
      ("form", true, "allowReserved: true, ", "a/b?c&d", "color=a/b?c%26d"),
    ] as [(String, Bool, String, JSONValue, String)])
  func query(style: String, explode: Bool, extra: String, value: JSONValue, expected: String) throws {
    let declared = try parameter(in: "query", "style: \(style), explode: \(explode), \(extra)schema: {}")
    #expect(
      ParameterText(name: "color", value: value, declared: declared).queryPairs.joined(separator: "&") == expected)
  }

  @Test("in a header nothing is encoded")
  func header() throws {
    let plain = try parameter(in: "header", "schema: {}")
    #expect(ParameterText(name: "color", value: Self.list, declared: plain).headerText == "blue,black,brown")
    #expect(ParameterText(name: "color", value: Self.color, declared: plain).headerText == "R,100,G,200,B,150")
    let exploded = try parameter(in: "header", "explode: true, schema: {}")
    #expect(ParameterText(name: "color", value: Self.color, declared: exploded).headerText == "R=100,G=200,B=150")
  }

  @Test("a parameter with content is written in its media type")
  func content() throws {
    let declared = try parameter(in: "query", "content: {application/json: {}}")
    #expect(
      ParameterText(name: "color", value: ["a": [1]], declared: declared).queryPairs == [
        "color=%7B%22a%22%3A%5B1%5D%7D"
      ])
  }

  @Test("an undocumented parameter has the default style of its place")
  func undocumented() {
    #expect(ParameterText(name: "x", value: [1, 2], declared: nil).queryPairs == ["x=1", "x=2"])
    #expect(ParameterText(name: "x", value: [1, 2], declared: nil).pathText == "1,2")
  }
}
