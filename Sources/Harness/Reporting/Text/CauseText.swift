import RFC3339
import RunModel

extension FindingCause {
  /// The key on one line: `product_id=999`; the measured value where a table is judged as a whole.
  var keyText: String {
    key.isEmpty ? "measured \(measured ?? "nothing")" : key.map(\.assignment).joined(separator: " ")
  }

  /// How it stands to the baseline, in words; nil for what no entry knows.
  var standingText: String? {
    switch standing {
    case .new: nil
    case .accepted(let entry): "accepted until \(entry.expires) by \(entry.owner)"
    case .grown(let entry): measured == nil ? "accepted were \(entry.rowCount.of("row"))" : "worse than accepted"
    case .expired(let entry): "accepted until \(entry.expires) by \(entry.owner), which is over"
    }
  }
}

extension Suspect {
  /// Why it is no finding, and since when it is known.
  var text: String { reason + (firstSeen.map { ", first seen \($0.day)" } ?? "") }
}

extension Timestamp {
  /// The day in UTC.
  var day: String { String(rfc3339.prefix(10)) }
}

extension LikelyCause {
  /// The guess and what it rests on: `deleted: it lies below 900, which was given out for products.id`.
  var text: String { "\(kind.rawValue): \(evidence)" }
}

extension RuleResult {
  /// Whether several findings may have one cause, so that causes tell more than rows do.
  var isGrouped: Bool { findings.contains { $0.cause != $0.fingerprint } }

  /// The first rows of a cause, by what identifies them; none where the key says it already.
  func examples(of cause: FindingCause, limit: Int) -> [String] {
    Array(
      findings.lazy.filter { $0.cause == cause.fingerprint && !Set($0.subject).isSubset(of: cause.key) }
        .prefix(limit).map(\.key))
  }

  /// What is wrong with the baseline; nil when nothing is.
  var settledText: String? {
    guard let first = settled.first else { return nil }
    let others = settled.count - 1
    let names = first.what.isEmpty ? first.fingerprint : first.what
    return "\(settled.count.of("accepted finding is", "accepted findings are")) gone "
      + "(\(names)\(others > 0 ? " and \(others.grouped) more" : "")); 'concord baseline update' takes what is gone from the file"
  }
}

extension RuleResult {
  /// The requests behind findings that no baseline accepts, each once.
  var openRequests: [WritingRequest] {
    var seen: Set<WritingRequest> = []
    return findings.filter { !$0.isAccepted }.flatMap(\.requests).filter { seen.insert($0).inserted }
  }
}

extension WritingRequest {
  /// The request and the case that sent it, on one line.
  var statement: String {
    "\(method) \(path) (\(status) by \(service)) of the case \(caseID)" + (requestID.map { ", request \($0)" } ?? "")
  }
}
