internal import HTTP
package import JSON

/// What an answer is worth.
package enum Verdict: Sendable, Hashable {
  /// It is what the call promised.
  case kept(JSONValue)
  /// It refuses, as the rules of the shop have it.
  case refused(Refusal)
  /// 429: the gateway wants fewer calls.
  case throttled
  /// 503: the gateway or something behind it is not there; what became of the call is not known.
  case unavailable
  /// Anything else, with what is wrong about it.
  case unexpected(String)
}

extension Verdict {
  /// Judges how an exchange ended.
  init(_ outcome: Result<HTTPResponse, HTTPError>, against promise: AnswerPromise) {
    switch outcome {
    case .failure(let error): self = .unexpected("no answer: \(error.code.rawValue)")
    case .success(let response): self.init(response, promise)
    }
  }

  private init(_ response: HTTPResponse, _ promise: AnswerPromise) {
    switch response.status {
    case 429: self = .throttled
    case 503: self = .unavailable
    case 400...:
      let refusal = Self.refusal(response)
      self = promise.allows(refusal) ? .refused(refusal) : .unexpected("\(refusal)")
    default: self = Self.success(response, promise)
    }
  }

  private static func success(_ response: HTTPResponse, _ promise: AnswerPromise) -> Verdict {
    guard response.status == promise.status else {
      return .unexpected("\(response.status) instead of \(promise.status.map(String.init) ?? "a refusal")")
    }
    guard response.status != 204 else {
      return response.body.isEmpty ? .kept(.null) : .unexpected("204 with a body")
    }
    guard let body = try? JSONValue(parsing: response.body) else {
      return .unexpected("\(response.status) without JSON")
    }
    return promise.flaw(body, response.headers).map { .unexpected("\(response.status), but \($0)") } ?? .kept(body)
  }

  private static func refusal(_ response: HTTPResponse) -> Refusal {
    let type = (try? JSONValue(parsing: response.body))?["type"]?.stringValue ?? ""
    return Refusal(response.status, type.split(separator: ":").last.map { $0 == "blank" ? "" : String($0) } ?? "")
  }
}

extension Verdict: CustomStringConvertible {
  /// What was answered, in few words.
  package var description: String {
    switch self {
    case .kept: "what was promised"
    case .refused(let refusal): "\(refusal)"
    case .throttled: "429"
    case .unavailable: "503"
    case .unexpected(let what): what
    }
  }
}
