import JSON

extension Baseline {
  /// The file: one block for each entry, in the order of rules, so that changes show line by line in a review.
  package var text: String {
    var lines = [
      "# Findings of the audit that are known, and accepted until somebody mends them. Written by 'concord baseline",
      "# update'; owner, reason and expires are for people to edit. Whatever is not listed here, has grown or is overdue",
      "# fails the gate, and so does an entry whose finding is gone.",
      "baseline: \(Self.formatVersion)",
      entries.isEmpty ? "accepted: []" : "accepted:",
    ]
    for entry in inOrder {
      lines.append("  - rule: \(entry.rule)")
      lines.append("    fingerprint: \(Self.scalar(entry.fingerprint))")
      if !entry.what.isEmpty { lines.append("    what: \(Self.scalar(entry.what))") }
      lines.append("    rows: \(entry.rowCount)")
      if let measured = entry.measured { lines.append("    measured: \(Self.scalar(measured))") }
      lines.append("    owner: \(Self.scalar(entry.owner))")
      lines.append("    reason: \(Self.scalar(entry.reason))")
      lines.append("    expires: \(Self.scalar(entry.expires.text))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var inOrder: [Entry] {
    entries.sorted { ($0.rule, $0.what, $0.fingerprint) < ($1.rule, $1.what, $1.fingerprint) }
  }

  /// A scalar that is read back as the same text: JSON's strings are YAML's (YAML 1.2.2 §1.3).
  private static func scalar(_ text: String) -> String { JSONValue.string(text).serialized() }
}
