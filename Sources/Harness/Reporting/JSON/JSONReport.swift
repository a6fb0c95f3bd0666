// run.json is the run for machines: everything the other reports show, and what later tools (diff, history,
// replay) read. Its shape is versioned; a reader refuses a major version it does not know.
//
// One rule for what is absent: the member is left out. `null` stands only for a NULL in the audited data
// (`findings[].subject`, `findings[].values`). Times are RFC 3339 in UTC, durations milliseconds with exactly
// three decimals, the seed is text because it may exceed what readers can hold in a number. Lists keep the order
// of events; members keep the order below.
//
//     format "concord-run", version, verdict, exitCode, finishedAt?, durationMilliseconds?
//     run         id, startedAt, command, concord, stack, seed, dataset?, host, failOn, phases[], selection?, stackFile?,
//                 casesPerOperation?, randomCases?, baseline?
//     ending?     kind "completed" | "interrupted" (signal) | "stackFailed" (reason)
//     phases      boot?, contracts?, audit?, teardown?: milliseconds
//     components  name, kind, mode, address?, readyAfterMilliseconds?, state ("failed": reason, log[])
//     contracts?  counts, suites[] (id, title, source?, cases[]), operations[], missing[] (suite, name), cases[];
//                 generated cases that passed have no curl, headers and bodies: concord replay shows all of one
//     coverage?   service, figures (dimension: seen, total), unseen[] (dimension, operation, name?, location?, excuse?)
//     audit?      counts, rules[] (description, result?: findings[] (…, requests[]? of this run that wrote it), causes[]
//                 (fingerprint, key, rows, measured?, firstSeen?, likely?, baseline? "accepted" | "grown" | "expired", acceptance?), settled[],
//                 suspects[] (key, rows, reason, firstSeen?))
//     notices     severity, message, remedy?

import JSON
import RFC3339
package import RunModel

/// Writes a run as JSON.
package struct JSONReport: Report {
  /// Version of the format: major for changes that break readers, minor for additions.
  package static let formatVersion = "1.3"

  /// Renders `run.json`.
  package init() {}

  package var fileName: String { "run.json" }

  /// Pretty, but for the cases: there may be thousands, so each is one line, and none is held longer than it is written.
  package func render(_ record: RunRecord) -> String {
    var text = ""
    write(record) { text += $0 }
    return text
  }

  package func write<Failure>(_ record: RunRecord, to sink: (String) throws(Failure) -> Void) throws(Failure) {
    var separator = "{\n"
    for member in record.json {
      try sink("\(separator)  \(JSONValue.string(member.key).serialized()): ")
      separator = ",\n"
      if member.key == "contracts", let contracts = member.value.objectValue {
        try write(contracts, cases: record.cases, to: sink)
      } else {
        try sink(Self.indented(member.value, by: 2))
      }
    }
    try sink("\n}\n")
  }

  private func write<Failure>(
    _ contracts: JSONObject, cases: [CaseResult], to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    try sink("{\n")
    for member in contracts {
      try sink("    \(JSONValue.string(member.key).serialized()): \(Self.indented(member.value, by: 4)),\n")
    }
    try sink("    \"cases\": [")
    var separator = "\n      "
    for result in cases {
      try sink(separator + result.json.serialized(.compact))
      separator = ",\n      "
    }
    try sink(cases.isEmpty ? "]\n  }" : "\n    ]\n  }")
  }

  /// Texts hold no raw line breaks, so that every one is between values.
  private static func indented(_ value: JSONValue, by width: Int) -> String {
    value.serialized(.pretty).replacing("\n", with: "\n" + String(repeating: " ", count: width))
  }
}

extension RunRecord {
  /// The whole run as `run.json` holds it.
  var json: JSONObject {
    JSONObject(present: [
      "format": "concord-run",
      "version": .string(JSONReport.formatVersion),
      "verdict": .string(verdict.rawValue),
      "exitCode": .whole(Int(verdict.exitCode.rawValue)),
      "finishedAt": .text(ending?.finishedAt.rfc3339),
      "durationMilliseconds": .duration(duration),
      "run": header.json,
      "ending": ending?.reason.json,
      "phases": .object(
        JSONObject(present: RunPhase.allCases.map { ($0.rawValue, JSONValue.duration(phaseDurations[$0])) })),
      "components": .array(components.map { $0.json(readyAfter: readyTimes[$0.component]) }),
      "contracts": contractsJSON,
      "coverage": coverage?.json,
      "audit": auditJSON,
      "notices": .array(notices.map(\.json)),
    ])
  }

  /// Absent when the run announced no contract cases.
  private var contractsJSON: JSONValue? {
    guard let contractPlan else { return .none }
    let counts = caseCounts
    return [
      "counts": [
        "passed": .whole(counts.passed), "failed": .whole(counts.failed), "errored": .whole(counts.errored),
        "skipped": .whole(counts.skipped), "missing": .whole(counts.missing),
      ],
      "suites": .array(contractPlan.suites.map(\.json)),
      "operations": .array(contractPlan.operations.map(\.json)),
      "missing": .array(missingCases.map { ["suite": .string($0.suite), "name": .string($0.name)] }),
    ]
  }

  /// Absent when the run announced no rules.
  private var auditJSON: JSONValue? {
    guard let auditPlan else { return .none }
    let counts = ruleCounts
    let index = RecordIndex(self)
    var numbers: JSONObject = [
      "held": .whole(counts.held), "violated": .whole(counts.violated), "errored": .whole(counts.errored),
      "notRun": .whole(counts.notRun), "findings": .whole(counts.findings), "gating": .whole(gatingFindingCount),
    ]
    if header.baseline != nil {
      numbers["accepted"] = .whole(acceptedFindingCount)
      numbers["settled"] = .whole(settledEntryCount)
    }
    return [
      "counts": .object(numbers),
      "rules": .array(
        auditPlan.rules.map { rule in
          var json = rule.json
          if let result = index.results[rule.id] { json["result"] = result.json }
          return .object(json)
        }),
    ]
  }
}

extension RunHeader {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "id": .string(id), "startedAt": .string(startedAt.rfc3339), "command": .string(command),
        "concord": .string(version), "stack": .string(stack), "seed": .string(String(seed)),
        "dataset": .text(dataset), "host": .string(host), "failOn": .string(failOn.rawValue),
        "phases": .array(phases.map { .string($0.rawValue) }), "selection": .text(selection),
        "stackFile": .text(stackFile), "baseline": .text(baseline),
        "casesPerOperation": generation.map { .whole($0.cases) }, "randomCases": generation.map { .whole($0.random) },
      ]))
  }
}

extension RunEnding.Reason {
  fileprivate var json: JSONValue {
    switch self {
    case .completed: ["kind": "completed"]
    case .interrupted(let signal): ["kind": "interrupted", "signal": .string(signal)]
    case .stackFailed(let reason): ["kind": "stackFailed", "reason": .string(reason)]
    }
  }
}

extension ComponentReport {
  fileprivate func json(readyAfter: Duration?) -> JSONValue {
    var object = JSONObject(present: [
      "name": .string(component.name), "kind": .string(component.kind.rawValue), "mode": .string(mode.rawValue),
      "address": .text(address), "readyAfterMilliseconds": .duration(readyAfter),
    ])
    switch state {
    case .starting: object["state"] = "starting"
    case .stopped: object["state"] = "stopped"
    case .ready: object["state"] = "ready"
    case .failed(let reason, let log):
      object["state"] = "failed"
      object["reason"] = .string(reason)
      object["log"] = .array(log.map { .string($0) })
    }
    return .object(object)
  }
}

extension Notice {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "severity": .string(severity.rawValue), "message": .string(message), "remedy": .text(remedy),
      ]))
  }
}
