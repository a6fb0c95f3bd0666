import JSON
import RFC3339
import RunModel
import YAMLSource

extension RuleDescription {
  var json: JSONObject {
    var object: JSONObject = [
      "id": .string(id.text), "title": .string(title), "severity": .string(severity.rawValue), "subject": subject.json,
    ]
    switch kind {
    case .reference(let target):
      object["kind"] = "reference"
      object["referent"] = target.json
    case .quality(let metric):
      object["kind"] = "quality"
      object["metric"] = .string(metric)
    }
    let others = JSONObject(present: ["filter": .text(filter), "source": .place(source), "remedy": .text(remedy)])
    for member in others { object[member.key] = member.value }
    return object
  }
}

extension DataLocation {
  fileprivate var json: JSONValue {
    ["store": .string(store), "object": .string(object), "fields": .array(fields.map { .string($0) })]
  }
}

extension RuleResult {
  var json: JSONValue {
    var object = JSONObject()
    switch status {
    case .held: object["status"] = "held"
    case .violated: object["status"] = "violated"
    case .errored(let reason):
      object["status"] = "errored"
      object["reason"] = .string(reason)
    case .skipped(let reason):
      object["status"] = "skipped"
      object["reason"] = .string(reason)
    }
    object["findingCount"] = .whole(findingCount)
    if acceptedCount > 0 { object["acceptedCount"] = .whole(acceptedCount) }
    object["rowsExamined"] = .whole(rowsExamined)
    object["keysCompared"] = .whole(keysCompared)
    object["durationMilliseconds"] = .duration(duration)
    if !plan.isEmpty { object["plan"] = .array(plan.map { .string($0) }) }
    if !findings.isEmpty { object["findings"] = .array(findings.map(\.json)) }
    if !causes.isEmpty {
      object["causeCount"] = .whole(causeCount)
      object["causes"] = .array(causes.map(\.json))
    }
    if !settled.isEmpty {
      object["settled"] = .array(
        settled.map { ["fingerprint": .string($0.fingerprint), "what": .string($0.what)] })
    }
    if suspectCount > 0 {
      object["suspectCount"] = .whole(suspectCount)
      object["suspects"] = .array(suspects.map(\.json))
    }
    return .object(object)
  }
}

extension Finding {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "fingerprint": .string(fingerprint), "severity": .string(severity.rawValue), "message": .string(message),
        "subject": subject.json, "values": values.isEmpty ? .none : values.json,
        "witness": witness.isEmpty ? .none : .array(witness.map(\.json)), "query": .text(query),
        "remedy": .text(remedy), "cause": cause == fingerprint ? .none : .string(cause),
        "requests": requests.isEmpty ? .none : .array(requests.map(\.json)),
      ]))
  }
}

extension WritingRequest {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "method": .string(method), "path": .string(path), "service": .string(service), "status": .whole(status),
        "suite": .string(caseID.suite), "case": .string(caseID.name), "requestId": .text(requestID),
      ]))
  }
}

extension Suspect {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "key": key.json, "rows": .whole(rowCount), "reason": .string(reason), "firstSeen": .text(firstSeen?.rfc3339),
      ]))
  }
}

extension FindingCause {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["fingerprint": .string(fingerprint), "key": key.json, "rows": .whole(rowCount)]
    if let measured { object["measured"] = .string(measured) }
    if let firstSeen { object["firstSeen"] = .string(firstSeen.rfc3339) }
    if let likely {
      object["likely"] = ["cause": .string(likely.kind.rawValue), "evidence": .string(likely.evidence)]
    }
    switch standing {
    case .new: break
    case .accepted: object["baseline"] = "accepted"
    case .grown: object["baseline"] = "grown"
    case .expired: object["baseline"] = "expired"
    }
    if let acceptance {
      object["acceptance"] = [
        "rows": .whole(acceptance.rowCount), "owner": .string(acceptance.owner), "reason": .string(acceptance.reason),
        "expires": .string(acceptance.expires),
      ]
    }
    return .object(object)
  }
}

extension [Finding.Field] {
  /// Null is data here: a NULL, or a field that a document does not have.
  fileprivate var json: JSONValue {
    .object(JSONObject(map { field in (field.name, field.value.map { .string($0) } ?? .null) }))
  }
}

extension Finding.Observation {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "what": .string(what), "store": .string(store), "at": .string(at.rfc3339), "position": .text(position),
      ]))
  }
}
