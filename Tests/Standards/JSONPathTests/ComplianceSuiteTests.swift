import ConformanceSuites
import ECMARegex
import JSON
import JSONPath
import Testing

/// The JSONPath Compliance Test Suite.
@Suite("The JSONPath compliance suite")
struct ComplianceSuiteTests {
  private static let file = "jsonpath/cts.json"

  @Test(
    "every case comes out as the suite says",
    .needsConformanceSuite(file))
  func verdicts() throws {
    let suite = try JSONValue(parsing: ConformanceSuites.bytes(of: Self.file))
    let tests = try #require(suite["tests"]?.arrayValue)
    var passed = 0
    for test in tests {
      let name = test["name"]?.stringValue ?? "?"
      if let problem = Self.problem(with: test) { Issue.record("\(name): \(problem)") } else { passed += 1 }
    }
    print("JSONPath: \(passed) of \(tests.count)")
    #expect(passed == tests.count)
    #expect(tests.count == 703)
  }

  /// What is wrong with the outcome of a case, or nil.
  private static func problem(with test: JSONValue) -> String? {
    guard let selector = test["selector"]?.stringValue else { return "no selector" }
    let query: JSONPathQuery
    do {
      query = try JSONPathQuery(parsing: selector, patterns: ECMAPatternEngine())
    } catch {
      return test["invalid_selector"] == true ? nil : "refused: \(error)"
    }
    guard test["invalid_selector"] != true else { return "accepted \(selector)" }
    do {
      let document = test["document"] ?? nil
      let nodes = try query.nodes(in: document)
      let values = JSONValue.array(nodes.map(\.value))
      let paths = JSONValue.array(nodes.map { .string($0.location.description) })
      // Where the order of members is open, the suite lists all outcomes.
      let results = test["results"]?.arrayValue ?? [test["result"] ?? nil]
      let resultPaths = test["results_paths"]?.arrayValue ?? [test["result_paths"] ?? nil]
      guard results.contains(values) else { return "\(selector) selected \(values)" }
      guard resultPaths.contains(paths) else { return "\(selector) selected at \(paths)" }
      for node in nodes where document.value(at: node.location.pointer) != node.value {
        return "the pointer \(node.location.pointer) does not lead to the node"
      }
      return nil
    } catch {
      return "failed: \(error)"
    }
  }
}
