import JSON
import Testing

@testable import Reporting

@Suite("Bodies on the page") struct JSONBodyTests {
  private func markup(_ text: String, marked: [JSONPointer] = []) -> String? {
    JSONBody(parsing: text).map { body in
      var html = HTMLWriter()
      body.write(marked: Set(marked), to: &html)
      return html.markup
    }
  }

  @Test("JSON is laid out, numbers and texts as they came")
  func layout() {
    #expect(
      markup(#"{"a":1.50,"b":[],"c":[{"d":"<x>"}],"e":{}}"#) == """
        {
          &quot;a&quot;: 1.50,
          &quot;b&quot;: [],
          &quot;c&quot;: [
            {
              &quot;d&quot;: &quot;&lt;x&gt;&quot;
            }
          ],
          &quot;e&quot;: {}
        }
        """)
  }

  @Test("the value that broke a promise is marked, but never the whole body")
  func marks() {
    let pointer = JSONPointer().appending("a").appending(1)
    #expect(markup(#"{"a":[1,2]}"#, marked: [pointer, JSONPointer()])?.contains("    <mark>2</mark>\n") == true)
    #expect(markup(#"{"a":[1,2]}"#, marked: [JSONPointer()])?.contains("<mark>") == false)
  }

  @Test(
    "what a new layout would misrepresent stays as it came",
    arguments: ["", "12", "\"x\"", "{\"a\":1,\"a\":2}", "{", "<a/>"])
  func refused(text: String) { #expect(JSONBody(parsing: text) == nil) }

  @Test("a body that is too deep or too long is bounded")
  func bounds() {
    #expect(markup(String(repeating: "[", count: 500) + String(repeating: "]", count: 500)) == nil)
    let long = "[" + (0..<5000).map(String.init).joined(separator: ",") + "]"
    #expect(markup(long)?.hasSuffix("… 4,852 more lines") == true)
  }
}
