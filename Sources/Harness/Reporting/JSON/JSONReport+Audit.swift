import JSON
import RFC3339
import RunModel
import YAMLSource

extension RuleDescription {
  var json: JSONObject {
    var object: JSONObject = [
      "id": .string(id.text), "title": .string(title), "severity": .string(severity.rawValue),
      "subject": subject.json,
    ]
    switch kind {
    case .reference(let target):
      object["kind"] = "reference"
      object["referent"] = target.json
    case .quality(let metric):
      object["kind"] = "quality"
      object["metric"] = .string(metric)
    }
    object["filter"] = .init(filter)
    object["source"] = .init(source?.description)
    object["remedy"] = .init(remedy)
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
    object["findingCount"] = .init(findingCount)
    object["rowsExamined"] = .init(rowsExamined)
    object["keysCompared"] = .init(keysCompared)
    object["durationMilliseconds"] = duration.json
    object["plan"] = .array(plan.map { .string($0) })
    object["findings"] = .array(findings.map(\.json))
    object["suspects"] = .array(suspects.map(\.json))
    return .object(object)
  }
}

extension Finding {
  fileprivate var json: JSONValue {
    [
      "fingerprint": .string(fingerprint), "severity": .string(severity.rawValue), "message": .string(message),
      "subject": subject.json, "values": values.json, "witness": .array(witness.map(\.json)),
      "query": .init(query), "remedy": .init(remedy),
    ]
  }
}

extension [Finding.Field] {
  fileprivate var json: JSONValue {
    .object(JSONObject(map { ($0.name, JSONValue($0.value)) }))
  }
}

extension Finding.Observation {
  fileprivate var json: JSONValue {
    [
      "what": .string(what), "store": .string(store), "at": .string(at.rfc3339), "position": .init(position),
    ]
  }
}
