// JUnit XML has no specification, only consumers. The shape here is the intersection that all of them read:
// flat suites, every attribute the two public XSDs demand, at most one failure or error per case, a stable
// `classname`+`name`, and the source position as the first line of a failure. `file` and `line` violate both
// XSDs, yet GitLab and the GitHub actions need them: hence two dialects.

import RFC3339
package import RunModel
import YAMLSource

/// Writes a run as JUnit XML.
package struct JUnitReport: Report {
  /// How far the output bows to its consumers.
  package enum Dialect: String, Sendable, CaseIterable {
    /// Valid against the schemas of windyroad and Jenkins.
    case strict
    /// Strict plus `file` and `line` on every case.
    case extended
  }

  private let dialect: Dialect

  /// Renders in a dialect.
  package init(dialect: Dialect = .extended) {
    self.dialect = dialect
  }

  package var fileName: String { "junit.xml" }

  package func render(_ record: RunRecord) -> String {
    var text = ""
    write(record) { text += $0 }
    return text
  }

  /// Bytes after which what is written goes on its way.
  private static let partSize = 64 * 1024

  package func write<Failure>(_ record: RunRecord, to sink: (String) throws(Failure) -> Void) throws(Failure) {
    var xml = XMLWriter()
    xml.begin("testsuites")
    for (index, suite) in JUnitSuite.suites(of: record).enumerated() {
      xml.begin("testsuite", attributes(of: suite, id: index, record: record))
      xml.element("properties") { xml in
        for (name, value) in properties(of: record) {
          xml.element("property", [("name", name), ("value", value)])
        }
      }
      for testCase in suite.cases {
        write(testCase, to: &xml)
        if xml.text.utf8.count >= Self.partSize { try sink(xml.take()) }
      }
      xml.element("system-out", text: suite.output)
      xml.element("system-err", text: "")
      xml.end("testsuite")
    }
    xml.end("testsuites")
    try sink(xml.take())
  }

  private func attributes(of suite: JUnitSuite, id: Int, record: RunRecord) -> [(name: String, value: String)] {
    [
      ("id", "\(id)"), ("package", "concord"), ("name", suite.name),
      ("tests", "\(suite.cases.count)"),
      ("failures", "\(suite.count { if case .failure = $0 { true } else { false } })"),
      ("errors", "\(suite.count { if case .error = $0 { true } else { false } })"),
      ("skipped", "\(suite.count { if case .skipped = $0 { true } else { false } })"),
      ("time", suite.duration.junitSeconds),
      ("timestamp", String(suite.startedAt.rfc3339.prefix(19))),
      ("hostname", record.header.host.allSatisfy(\.isWhitespace) ? "localhost" : record.header.host),
    ]
  }

  private func properties(of record: RunRecord) -> [(String, String)] {
    var properties = [
      ("concord.version", record.header.version), ("concord.run", record.header.id),
      ("concord.stack", record.header.stack), ("concord.seed", "\(record.header.seed)"),
      ("concord.verdict", record.verdict.rawValue),
    ]
    if let dataset = record.header.dataset { properties.append(("concord.dataset", dataset)) }
    return properties
  }

  private func write(_ testCase: JUnitSuite.Case, to xml: inout XMLWriter) {
    var attributes = [("name", testCase.name), ("classname", testCase.className), ("time", testCase.time.junitSeconds)]
    if dialect == .extended, let source = testCase.source {
      attributes += [("file", source.file), ("line", "\(source.line)")]
    }
    guard testCase.outcome != .passed else {
      xml.element("testcase", attributes)
      return
    }
    xml.element("testcase", attributes) { xml in
      switch testCase.outcome {
      case .passed: break
      case .skipped(let reason): write("skipped", message: reason, text: nil, of: testCase, to: &xml)
      case .failure(let type, let message, let text):
        write("failure", type: type, message: message, text: text, of: testCase, to: &xml)
      case .error(let type, let message, let text):
        write("error", type: type, message: message, text: text, of: testCase, to: &xml)
      }
    }
  }

  private func write(
    _ element: String, type: String? = nil, message: String, text: String?, of testCase: JUnitSuite.Case,
    to xml: inout XMLWriter
  ) {
    // Neither schema allows attributes on `skipped`, so a strict reader finds the reason in the text.
    guard let type else {
      xml.element(element, dialect == .extended ? [("message", message)] : [], text: dialect == .strict ? message : "")
      return
    }
    let position = testCase.source.map { "\($0.file):\($0.line): " } ?? ""
    let message = message.shortened(to: 1000)
    let body = [position + message, text ?? ""].filter { !$0.isEmpty }.joined(separator: "\n")
    xml.element(element, [("message", message), ("type", type)], text: body)
  }
}

extension Duration {
  /// Seconds with three decimals and a point, as JUnit consumers read them.
  var junitSeconds: String {
    let (seconds, attoseconds) = max(.zero, self).components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    let digits = String(milliseconds)
    return "\(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }
}
