internal import HTTP
internal import JSON
internal import ServiceKit

/// Changes the answers of some operations: their status, their header fields, their content.
struct AlteredAnswer: ResponseFilter {
  private let applies: @Sendable (_ response: ServiceResponse, _ request: ServiceRequest) -> Bool
  private let alter: @Sendable (inout ServiceResponse) -> Void

  /// Changes the answers of these operations that have this status.
  init(of operations: String..., status: Int, alter: @escaping @Sendable (inout ServiceResponse) -> Void) {
    applies = { operations.contains($1.operation) && $0.status == status }
    self.alter = alter
  }

  /// Changes all answers that are so.
  init(
    where applies: @escaping @Sendable (ServiceResponse, ServiceRequest) -> Bool,
    alter: @escaping @Sendable (inout ServiceResponse) -> Void
  ) {
    self.applies = applies
    self.alter = alter
  }

  /// Changes every object with a member of this name, however deep, in the successful answers of these operations.
  init(
    of operations: String..., objectsWith member: String, alter: @escaping @Sendable (inout JSONObject) -> Void
  ) {
    applies = { operations.contains($1.operation) && (200..<300).contains($0.status) }
    self.alter = { response in
      guard let value = try? JSONValue(parsing: response.body) else { return }
      response.body = value.mapObjects(with: member, alter).utf8(.compact)
    }
  }

  func filter(_ response: ServiceResponse, to request: ServiceRequest) -> ServiceResponse {
    guard applies(response, request) else { return response }
    var response = response
    alter(&response)
    return response
  }
}

extension JSONValue {
  /// The value with every object that has a member of this name changed, the outer ones after the inner ones.
  fileprivate func mapObjects(with member: String, _ alter: (inout JSONObject) -> Void) -> JSONValue {
    switch self {
    case .array(let elements): return .array(elements.map { $0.mapObjects(with: member, alter) })
    case .object(let object):
      var changed = JSONObject(object.map { ($0.key, $0.value.mapObjects(with: member, alter)) })
      if changed[member] != nil { alter(&changed) }
      return .object(changed)
    case .null, .bool, .number, .string: return self
    }
  }
}

extension JSONObject {
  /// Turns decimal text into a JSON number, as a program does that keeps money in a float.
  mutating func turnIntoNumber(_ member: String) {
    guard let number = self[member]?.stringValue.flatMap({ JSONNumber(lexeme: $0) }) else { return }
    self[member] = .number(number)
  }
}
