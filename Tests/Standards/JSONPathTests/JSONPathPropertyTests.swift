import ECMARegex
import JSON
import JSONPath
import Testing

/// Laws that hold for every document.
@Suite("Laws of JSONPath")
struct JSONPathPropertyTests {
  private static let document: JSONValue = [
    "": [1, [2, ["'": 3, "\\": [4]]], "\u{1f600}"], "a b": ["c/d": ["~": nil, "\n\u{1}": [[], [:]]]], "0": ["0": 0],
  ]

  @Test("every normalized path is a query for its own node, and every pointer leads to it")
  func normalizedPaths() throws {
    let all = try JSONPathQuery(parsing: "$..*", patterns: ECMAPatternEngine()).nodes(in: Self.document)
    #expect(all.count == 17)
    for node in all {
      let text = node.location.description
      #expect(try JSONPathQuery(parsing: text, patterns: ECMAPatternEngine()).nodes(in: Self.document) == [node])
      #expect(Self.document.value(at: node.location.pointer) == node.value)
    }
    #expect(Set(all.map(\.location)).count == all.count)
  }

  @Test("slices select what a loop over the positions does", arguments: [-3, -1, 0, 1, 2])
  func slices(step: Int) throws {
    let values = (0..<5).map { JSONValue.number(JSONNumber($0)) }
    for start in -7...7 {
      for end in -7...7 {
        let query = try JSONPathQuery(parsing: "$[\(start):\(end):\(step)]", patterns: ECMAPatternEngine())
        let selected = try query.nodes(in: .array(values)).compactMap(\.value.intValue)
        #expect(selected == Self.slice(5, start, end, step), "[\(start):\(end):\(step)]")
      }
    }
  }

  /// The loop of RFC 9535 section 2.3.4.2.2.
  private static func slice(_ count: Int, _ start: Int, _ end: Int, _ step: Int) -> [Int] {
    let first = start >= 0 ? start : count + start
    let last = end >= 0 ? end : count + end
    var selected: [Int] = []
    var position = step > 0 ? min(max(first, 0), count) : min(max(first, -1), count - 1)
    let bound = step > 0 ? min(max(last, 0), count) : min(max(last, -1), count - 1)
    while step > 0 ? position < bound : step < 0 && position > bound {
      selected.append(position)
      position += step
    }
    return selected
  }
}
