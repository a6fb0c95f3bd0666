import JSON
import OpenAPI

/// A request as a generated case wants it, before the data of the run are put in.
struct RequestDraft: Sendable {
  /// A body before it is written.
  struct Body: Sendable {
    /// What is in it.
    enum Content: Sendable {
      case value(JSONValue)
      /// Bytes as they are, such as JSON that breaks off.
      case bytes([UInt8])
    }

    var contentType: String
    var content: Content
    /// The place that the case is about; data of the run must not repair it.
    var subject: JSONPointer?
  }

  /// The method; not always one that the path has.
  var method: String
  /// Values of parameters; what is not here is not sent, unless the run provides it.
  var values: [ParameterKey: JSONValue] = [:]
  /// Parameters that the case is about: their value here, or their absence, stands.
  var subjects: Set<ParameterKey> = []
  var body: Body?

  /// The draft with a value for a parameter that it is about.
  func with(_ value: JSONValue?, for key: ParameterKey) -> RequestDraft {
    var draft = self
    draft.values[key] = value
    draft.subjects.insert(key)
    return draft
  }

  /// The draft with another body.
  func with(body value: JSONValue, subject: JSONPointer? = nil) -> RequestDraft {
    var draft = self
    draft.body?.content = .value(value)
    draft.body?.subject = subject
    return draft
  }

  /// The draft with the data of the run in place, as far as the case is not about their absence.
  func filled(with data: ProvidedData) -> RequestDraft {
    var draft = self
    for (key, value) in data.parameters where !subjects.contains(key) { draft.values[key] = value }
    guard case .value(let value)? = body?.content else { return draft }
    var content = RequestContent(value, contentType: body?.contentType ?? "")
    for (place, value) in data.body where !isSubject(place) && content.has(place.parent) {
      _ = content.replace(place, with: value)
    }
    draft.body?.content = .value(content.value)
    return draft
  }

  private func isSubject(_ place: JSONPointer) -> Bool {
    guard let subject = body?.subject else { return false }
    return place.tokens.starts(with: subject.tokens) || subject.tokens.starts(with: place.tokens)
  }
}

extension JSONPointer {
  /// The pointer to what holds the value that this one points to.
  var parent: JSONPointer { tokens.dropLast().reduce(JSONPointer()) { $0.appending($1) } }
}
