import FoundationEssentials
import JSON
import Testing
import YAMLSource

/// The reports that a run wrote.
struct RunReport {
  let json: JSONValue
  let files: [String]

  init(folder: String) throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: "\(folder)/run.json")))
    json = try JSONValue(parsing: bytes)
    files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  /// Cases with a status.
  func cases(_ status: String) -> [JSONValue] {
    (json["contracts"]?["cases"]?.arrayValue ?? []).filter { $0["status"]?.stringValue == status }
  }

  /// Cases with a status, by suite and name.
  func caseNames(_ status: String) -> [String] {
    cases(status).map { "\($0["suite"]?.stringValue ?? "?")/\($0["name"]?.stringValue ?? "?")" }
  }

  var rules: [JSONValue] { json["audit"]?["rules"]?.arrayValue ?? [] }

  /// Keys of the findings of each violated rule, as text: `["id=101"]`.
  var findings: [String: [String]] {
    var findings: [String: [String]] = [:]
    for rule in rules {
      guard let id = rule["id"]?.stringValue, let list = rule["result"]?["findings"]?.arrayValue, !list.isEmpty else {
        continue
      }
      findings[id] = list.compactMap { $0["subject"]?.objectValue.map(Self.key) }.sorted()
    }
    return findings
  }

  /// What a dataset says must be found, in the same form.
  static func expectedFindings(dataset: String) throws -> [String: [String]] {
    let file = "\(ConcordProcess.root)/fixtures/datasets/\(dataset)/expected-findings.yaml"
    let document = try SourceDocument.parse(String(contentsOf: URL(filePath: file), encoding: .utf8), file: file)
    let rules = try #require(document.json["findings"]?.objectValue)
    return Dictionary(
      rules.map { rule in (rule.key, (rule.value.arrayValue ?? []).compactMap { $0.objectValue.map(key) }.sorted()) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func key(_ subject: JSONObject) -> String {
    subject.map { "\($0.key)=\($0.value.stringValue ?? $0.value.serialized())" }.joined(separator: " ")
  }
}
