import JSON
import RFC3339
import RunModel
import YAMLSource

extension OperationReference {
  var json: JSONValue {
    ["service": .string(service), "id": .string(id), "method": .string(method), "path": .string(path)]
  }
}

extension CaseResult {
  var json: JSONValue {
    var object: JSONObject = [
      "suite": .string(id.suite), "name": .string(id.name), "title": .string(title), "service": .string(service),
      "operation": .init(operation?.id), "source": .init(source?.description),
    ]
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
    object["durationMilliseconds"] = duration.json
    object["checksPassed"] = .init(checksPassed)
    object["failures"] = .array(failures.map(\.json))
    object["exchanges"] = .array(exchanges.map(\.json))
    if !logs.isEmpty { object["logs"] = .array(logs.map(\.json)) }
    return .object(object)
  }
}

extension CheckFailure {
  fileprivate var json: JSONValue {
    [
      "check": .string(check), "subject": .string(subject.display), "message": .string(message),
      "expectation": .init(expectation?.description), "expected": .init(expected), "actual": .init(actual),
    ]
  }
}

extension LogExcerpt {
  fileprivate var json: JSONValue {
    ["component": .string(component), "lines": .array(lines.map { .string($0) })]
  }
}

extension Exchange {
  fileprivate var json: JSONValue {
    [
      "startedAt": .string(startedAt.rfc3339), "curl": .string(curl), "error": .init(error),
      "request": [
        "method": .string(request.method), "url": .string(request.url), "headers": request.headers.json,
        "body": request.body?.json ?? .null,
      ],
      "response": response.map {
        ["status": .init($0.status), "headers": $0.headers.json, "body": $0.body.json]
      } ?? .null,
      "timingsMilliseconds": timings?.json ?? .null,
    ]
  }
}

extension Exchange.Timings {
  fileprivate var json: JSONValue {
    [
      "nameLookup": nameLookup.json, "connect": connect.json, "tls": tls.json, "firstByte": firstByte.json,
      "total": total.json,
    ]
  }
}

extension Exchange.Body {
  fileprivate var json: JSONValue {
    ["text": .init(text), "bytes": .init(byteCount), "truncated": .bool(isTruncated)]
  }
}

extension [Exchange.Field] {
  fileprivate var json: JSONValue {
    .array(map { ["name": .string($0.name), "value": .string($0.value)] })
  }
}
