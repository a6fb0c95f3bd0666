import FirestoreModel
import JSON

/// One request of the mix that is sent to both emulators.
struct DifferentialRequest {
  /// Names the kind of request in reports.
  let label: String
  let method: String
  /// From the documents root on, such as `:commit` or `/c/a?mask.fieldPaths=n`.
  let uri: String
  let body: JSONValue?

  /// A call of a method, or with another method than POST one without a body.
  init(_ label: String, _ uri: String, _ body: JSONValue) {
    self.init(label: label, method: "POST", uri: uri, body: body)
  }

  init(_ label: String, method: String, _ uri: String) {
    self.init(label: label, method: method, uri: uri, body: nil)
  }

  private init(label: String, method: String, uri: String, body: JSONValue?) {
    self.label = label
    self.method = method
    self.uri = uri
    self.body = body
  }
}

/// An answer with everything removed that may differ between two servers: times, tokens, texts of errors.
enum NormalizedAnswer {
  static func make(status: Int, body: JSONValue) -> JSONValue {
    if let error = body["error"] ?? body[0]?["error"] {
      return ["code": .number(JSONNumber(status)), "status": error["status"] ?? .null]
    }
    return ["code": .number(JSONNumber(status)), "body": normalized(body)]
  }

  /// `skippedResults` because Google's emulator tells it in some answers only; the documents show what was skipped.
  private static let dropped: Set<String> = [
    "readTime", "commitTime", "done", "transaction", "nextPageToken", "message", "skippedResults",
  ]

  private static func normalized(_ json: JSONValue) -> JSONValue {
    switch json {
    case .array(let elements): return .array(elements.map(normalized))
    case .object(let object):
      var output = JSONObject()
      for member in object where !dropped.contains(member.key) {
        switch member.key {
        case "createTime": output["wasNeverChanged"] = .bool(object["updateTime"] == member.value)
        case "updateTime": output["hasUpdateTime"] = true
        case "timestampValue": output["timestampValue"] = isRecent(member.value) ? "now" : member.value
        default: output[member.key] = normalized(member.value)
        }
      }
      return .object(output)
    default: return json
    }
  }

  /// Times of the server are from this century's twenties on, those of the mix from long before.
  private static func isRecent(_ value: JSONValue) -> Bool {
    guard let text = value.stringValue else { return false }
    return UTF8Order.compare(text, "2020") > 0
  }
}
