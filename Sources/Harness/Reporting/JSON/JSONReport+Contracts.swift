import JSON
import RFC3339
import RunModel
import YAMLSource

extension ContractPlan.Suite {
  var json: JSONValue {
    .object(
      JSONObject(present: [
        "id": .string(id), "title": .string(title), "source": .place(source),
        "cases": .array(cases.map { .string($0.name) }),
      ]))
  }
}

extension OperationReference {
  var json: JSONValue {
    ["service": .string(service), "id": .string(id), "method": .string(method), "path": .string(path)]
  }
}

extension CaseResult {
  var json: JSONValue {
    var object = JSONObject(present: [
      "suite": .string(id.suite), "name": .string(id.name), "title": .string(title), "service": .string(service),
      "operation": .text(operation?.id), "source": .place(source),
    ])
    switch status {
    case .passed: object["status"] = "passed"
    case .failed: object["status"] = "failed"
    case .errored(let reason):
      object["status"] = "errored"
      object["reason"] = .string(reason)
    case .skipped(let reason):
      object["status"] = "skipped"
      object["reason"] = .string(reason)
    }
    object["startedAt"] = .string(startedAt.rfc3339)
    object["durationMilliseconds"] = .duration(duration)
    object["checksPassed"] = .whole(checksPassed)
    if !failures.isEmpty { object["failures"] = .array(failures.map(\.json)) }
    if !exchanges.isEmpty { object["exchanges"] = .array(exchanges.map(\.json)) }
    if !logs.isEmpty { object["logs"] = .array(logs.map(\.json)) }
    return .object(object)
  }
}

extension CheckFailure {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "check": .string(check), "subject": subject.json, "message": .string(message),
        "expectation": .place(expectation), "expected": .text(expected), "actual": .text(actual),
      ]))
  }
}

extension CheckFailure.Subject {
  fileprivate var json: JSONValue {
    switch self {
    case .status: ["part": "status"]
    case .header(let name): ["part": "header", "name": .string(name)]
    case .body(let pointer): ["part": "body", "pointer": .string(pointer.description)]
    case .exchange: ["part": "exchange"]
    case .criterion(let text): ["part": "criterion", "text": .string(text)]
    }
  }
}

extension LogExcerpt {
  fileprivate var json: JSONValue {
    ["component": .string(component), "lines": .array(lines.map { .string($0) })]
  }
}

extension Exchange {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "startedAt": .string(startedAt.rfc3339), "curl": .text(curl.isEmpty ? nil : curl), "error": .text(error),
        "request": request.json, "response": response?.json, "timingsMilliseconds": timings?.json,
      ]))
  }
}

extension Exchange.Request {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "method": .string(method), "url": .string(url), "headers": headers.json, "body": body?.json,
      ]))
  }
}

extension Exchange.Response {
  fileprivate var json: JSONValue { ["status": .whole(status), "headers": headers.json, "body": body.json] }
}

extension Exchange.Timings {
  fileprivate var json: JSONValue {
    [
      "nameLookup": .duration(nameLookup), "connect": .duration(connect), "tls": .duration(tls),
      "firstByte": .duration(firstByte), "total": .duration(total),
    ]
  }
}

extension Exchange.Body {
  /// Without text when the bytes are no text; `truncated` only when the text is not all of it.
  fileprivate var json: JSONValue {
    var object = JSONObject(present: ["text": .text(text), "bytes": .whole(byteCount)])
    if isTruncated { object["truncated"] = true }
    return .object(object)
  }
}

extension [Exchange.Field] {
  fileprivate var json: JSONValue {
    .array(map { ["name": .string($0.name), "value": .string($0.value)] })
  }
}
