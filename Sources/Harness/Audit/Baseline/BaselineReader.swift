import JSON
import RunModel
package import YAMLSource

extension Baseline {
  /// Loads a file of accepted findings; a file with errors accepts nothing.
  package static func load(file: String, loader: SourceLoader) -> (Baseline?, [Diagnostic]) {
    let document: SourceDocument
    do throws(DiagnosticList) {
      document = try loader.load(file)
    } catch {
      return (nil, error.diagnostics)
    }
    let sink = DiagnosticSink()
    let baseline = BaselineReader(sink: sink).read(document)
    let problems = sink.diagnostics
    return (problems.hasErrors ? nil : baseline, problems)
  }
}

/// Reads a file of accepted findings, strictly: an entry that is misread would silence what nobody accepted.
private struct BaselineReader {
  let sink: DiagnosticSink

  func read(_ document: SourceDocument) -> Baseline {
    var reader = MappingReader(document.root, what: "the baseline", into: sink)
    guard reader.isMapping else { return Baseline() }
    if let node = reader.required("baseline"), node.json.intValue != Baseline.formatVersion {
      sink.error(
        "'baseline' is the version of this format and must be \(Baseline.formatVersion), found \(node.found)",
        at: node.location)
    }
    let entries = reader.list("accepted").compactMap(entry)
    reader.finish()
    check(entries)
    return Baseline(entries: entries)
  }

  private func entry(_ node: SourceNode) -> Baseline.Entry? {
    var reader = MappingReader(node, what: "an accepted finding", into: sink)
    guard reader.isMapping else { return nil }
    let rule = reader.requiredString("rule")
    let fingerprint = reader.requiredString("fingerprint")
    let what = reader.string("what") ?? ""
    let rows = reader.int("rows", in: 1...Int.max)
    let measured = reader.string("measured")
    let owner = said("owner", &reader)
    let reason = said("reason", &reader)
    let expires = reader.requiredString("expires")
    reader.finish()
    guard let rule = rule.flatMap({ id($0, reader) }), let fingerprint, isFingerprint(fingerprint, reader), let owner,
      let reason, let expires = expires.flatMap({ day($0, reader) })
    else { return nil }
    return Baseline.Entry(
      rule: rule, fingerprint: fingerprint, what: what, rowCount: rows ?? 1, measured: measured, owner: owner,
      reason: reason, expires: expires, location: node.location)
  }

  /// A text that must say something.
  private func said(_ key: String, _ reader: inout MappingReader) -> String? {
    guard let text = reader.requiredString(key) else { return nil }
    if text.contains(where: { !$0.isWhitespace }) { return text }
    sink.error(
      "'\(key)' of an accepted finding says nothing", at: reader.keyLocation(key),
      remedy: key == "owner" ? "name who is going to deal with it" : "write why it is accepted for now")
    return nil
  }

  private func id(_ text: String, _ reader: MappingReader) -> RuleID? {
    if let id = RuleID(text) { return id }
    sink.error(
      "'rule' must be the id of a rule, found '\(text)'", at: reader.keyLocation("rule"),
      remedy: "ids are in kebab case, as reports show them")
    return nil
  }

  private func isFingerprint(_ text: String, _ reader: MappingReader) -> Bool {
    let isHexadecimal = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    if text.utf8.count == 32, isHexadecimal { return true }
    sink.error(
      "'fingerprint' must be 32 hexadecimal digits, found '\(text)'", at: reader.keyLocation("fingerprint"),
      remedy: "copy it from run.json, or let 'concord baseline update' write it")
    return false
  }

  private func day(_ text: String, _ reader: MappingReader) -> ExpiryDay? {
    if let day = ExpiryDay(text) { return day }
    sink.error(
      "'expires' must be a day, found '\(text)'", at: reader.keyLocation("expires"),
      remedy: "write for example 2026-12-31")
    return nil
  }

  private func check(_ entries: [Baseline.Entry]) {
    var places: [[String]: SourceLocation?] = [:]
    for entry in entries {
      let identity = [entry.rule.text, entry.fingerprint]
      if let first = places[identity] {
        sink.error(
          "the same finding is accepted twice" + (first.map { "; first at \($0)" } ?? ""), at: entry.location,
          remedy: "keep one of the entries")
      }
      places[identity] = entry.location
    }
    for (rule, own) in Dictionary(grouping: entries, by: \.rule) where own.count > Baseline.entriesPerRule {
      sink.error(
        "the rule '\(rule)' has \(own.count) accepted findings; \(Baseline.entriesPerRule) are the most",
        at: own[Baseline.entriesPerRule].location, remedy: "narrow the rule with concord.filter, or lower its severity")
    }
  }
}
