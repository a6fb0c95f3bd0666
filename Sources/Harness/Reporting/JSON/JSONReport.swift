// run.json is the run for machines: everything the other reports show, and what later tools (diff, history,
// replay) read. Its shape is versioned; a reader refuses a major version it does not know.

import JSON
import RFC3339
package import RunModel

/// Writes a run as JSON.
package struct JSONReport: Report {
  /// Version of the format: major for changes that break readers, minor for additions.
  package static let formatVersion = "1.0"

  /// Renders `run.json`.
  package init() {}

  package var fileName: String { "run.json" }

  package func render(_ record: RunRecord) -> String {
    record.json.serialized(.pretty) + "\n"
  }
}

extension RunRecord {
  /// The whole run as `run.json` holds it.
  var json: JSONValue {
    [
      "format": "concord-run",
      "version": .string(JSONReport.formatVersion),
      "run": header.json,
      "verdict": .string(verdict.rawValue),
      "exitCode": .init(Int(verdict.exitCode.rawValue)),
      "finishedAt": .init(ending?.finishedAt.rfc3339),
      "durationMilliseconds": duration?.json ?? .null,
      "ending": ending?.reason.json ?? .null,
      "phases": .object(
        JSONObject(RunPhase.allCases.compactMap { phase in phaseDurations[phase].map { (phase.rawValue, $0.json) } })),
      "components": .array(components.map(\.json)),
      "contracts": contractsJSON,
      "audit": auditJSON,
      "notices": .array(notices.map(\.json)),
    ]
  }

  private var contractsJSON: JSONValue {
    let counts = caseCounts
    return [
      "counts": [
        "passed": .init(counts.passed), "failed": .init(counts.failed), "errored": .init(counts.errored),
        "skipped": .init(counts.skipped), "missing": .init(counts.missing),
      ],
      "operations": .array((contractPlan?.operations ?? []).map(\.json)),
      "cases": .array(cases.map(\.json)),
    ]
  }

  private var auditJSON: JSONValue {
    let counts = ruleCounts
    let results = Dictionary(rules.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    return [
      "counts": [
        "held": .init(counts.held), "violated": .init(counts.violated), "errored": .init(counts.errored),
        "notRun": .init(counts.notRun), "findings": .init(counts.findings),
      ],
      "rules": .array(
        (auditPlan?.rules ?? []).map { rule in
          var json = rule.json
          json["result"] = results[rule.id]?.json ?? .null
          return .object(json)
        }),
    ]
  }
}

extension RunHeader {
  fileprivate var json: JSONValue {
    [
      "id": .string(id), "startedAt": .string(startedAt.rfc3339), "command": .string(command),
      "concord": .string(version), "stack": .string(stack), "seed": .string(String(seed)),
      "dataset": .init(dataset), "host": .string(host), "failOn": .string(failOn.rawValue),
      "phases": .array(phases.map { .string($0.rawValue) }),
    ]
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
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "name": .string(component.name), "kind": .string(component.kind.rawValue), "mode": .string(mode.rawValue),
      "address": .init(address),
    ]
    switch state {
    case .starting: object["state"] = "starting"
    case .stopped: object["state"] = "stopped"
    case .ready(let after):
      object["state"] = "ready"
      object["readyAfterMilliseconds"] = after.json
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
    ["severity": .string(severity.rawValue), "message": .string(message), "remedy": .init(remedy)]
  }
}
