import Testing

@testable import Firestore

@Suite struct ArrayElementScannerTests {
  /// The elements of a text that arrives in the given pieces.
  private func elements(_ pieces: [[UInt8]], maximum: Int = 1_000) throws(ArrayElementScanner.Fault) -> [String] {
    var scanner = ArrayElementScanner(maximumElementBytes: maximum)
    var elements: [[UInt8]] = []
    for piece in pieces { try scanner.feed(piece) { elements.append($0) } }
    try scanner.finish { elements.append($0) }
    return elements.map { element in
      String(decoding: element, as: UTF8.self).split(separator: " ").joined(separator: " ")
        .split(separator: "\n").joined()
    }
  }

  private func elements(_ text: String, maximum: Int = 1_000) throws(ArrayElementScanner.Fault) -> [String] {
    try elements([Array(text.utf8)], maximum: maximum)
  }

  @Test(
    "elements are split at the commas of the outermost array only",
    arguments: [
      ("[]", []), (" [ \n ] \n", []), ("[{}]\n", ["{}"]), ("[1,2]", ["1", "2"]),
      (#"[{"a":[1,{"b":","}]},{"c":"]}"}]"#, [#"{"a":[1,{"b":","}]}"#, #"{"c":"]}"}"#]),
      (#"["\"","\\",",\\\"]"]"#, [#""\"""#, #""\\""#, #"",\\\"]""#]), ("[\n{\n}\n,\n{}\n]\n\n", ["{}", "{}"]),
      ("[[],[[]]]", ["[]", "[[]]"]), ("[é,😀]", ["é", "😀"]),
    ])
  func splitting(_ text: String, _ expected: [String]) throws {
    #expect(try elements(text) == expected)
  }

  @Test("it does not matter where the network cuts the bytes")
  func everyCut() throws {
    let text = #" [{"a":"x,]\"\\","b":[1,2,{}]}, "é\\" ,[["]"]],{"😀":null}] "# + "\n"
    let bytes = Array(text.utf8)
    let whole = try elements([bytes])
    #expect(whole.count == 4)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let pieces = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
        #expect(try elements(pieces) == whole)
      }
    }
    #expect(try elements(bytes.map { [$0] }) == whole)
  }

  @Test(
    "an answer that is no array is one element", arguments: [#"{"error":{"code":400}}"#, " 12 ", #""x""#, "{\n}\n"])
  func lone(_ text: String) throws {
    var scanner = ArrayElementScanner(maximumElementBytes: 100)
    var count = 0
    try scanner.feed(Array(text.utf8)) { _ in count += 1 }
    try scanner.finish { _ in count += 1 }
    #expect(count == 1)
    #expect(!scanner.isArray)
  }

  @Test(
    "an array without its end is never whole",
    arguments: ["", " ", "[", "[{}", "[{},", #"[{"a":1"#, #"["x"#, "[[]", #"{"a":1"#, #"{"a":"}"#])
  func incomplete(_ text: String) {
    #expect(throws: ArrayElementScanner.Fault.incomplete) { try elements(text) }
  }

  @Test(
    "bytes that cannot stand where they stand are refused",
    arguments: ["[,]", "[1,]", "[,1]", "[1,,2]", "[] x", "[]]", "[}]", "[1][2]"])
  func unexpected(_ text: String) {
    #expect(throws: ArrayElementScanner.Fault.self) { try elements(text) }
  }

  @Test("an element that grows beyond the limit is refused before it is whole, over pieces too")
  func limit() throws {
    #expect(try elements("[12345,12345]", maximum: 5).count == 2)
    #expect(throws: ArrayElementScanner.Fault.elementTooLarge) { try elements("[123456]", maximum: 5) }
    var scanner = ArrayElementScanner(maximumElementBytes: 5)
    try scanner.feed(Array("[1234".utf8)) { _ in }
    #expect(throws: ArrayElementScanner.Fault.elementTooLarge) { try scanner.feed(Array("56".utf8)) { _ in } }
  }
}
