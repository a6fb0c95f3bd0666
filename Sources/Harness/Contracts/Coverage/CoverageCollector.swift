import Arazzo
import HTTP
import JSON
import OpenAPI
import RunModel
import Synchronization
import YAMLSource

/// Takes note of what is seen while cases run; fed with every answered exchange and every criterion.
final class CoverageCollector: Sendable {
  /// What was seen of one operation.
  struct Sight: Sendable {
    var statuses: Set<Int> = []
    var parameters: Set<ParameterKey> = []
    /// Places of documents whose constraint a request broke.
    var broken: Set<SourceLocation> = []
    /// Fields of successful answers that somebody looked at, items of arrays as `-`.
    var fields: Set<JSONPointer> = []
    /// Names that a JSONPath looked at, in whatever place.
    var names: Set<String> = []
    /// Members of bodies and names of headers that were answered, by status; from the first answers of each.
    var answers: [Int: Answers] = [:]
  }

  /// What answers with one status had.
  struct Answers: Sendable {
    var count = 0
    var members: Set<JSONPointer> = []
    var headers: Set<String> = []
  }

  /// Answers of one status that are looked into for what no document names; the rest are like them.
  private static let answersLookedInto = 8

  private let sights = Mutex<[OperationReference: Sight]>([:])

  /// Takes note of an answered exchange.
  func note(_ observed: ObservedExchange, _ request: HTTPRequest, of linked: LinkedOperation) {
    guard observed.intent.isDocumented else { return }
    sights.withLock { sights in
      var sight = sights.removeValue(forKey: linked.reference) ?? Sight()
      sight.statuses.insert(observed.status)
      for parameter in linked.operation.parameters {
        let key = ParameterKey(parameter)
        if !sight.parameters.contains(key), Self.has(parameter, request) { sight.parameters.insert(key) }
      }
      switch observed.intent {
      case .invalid(let constraint), .missing(let constraint):
        if let location = constraint.location { sight.broken.insert(location) }
      default: break
      }
      if sight.answers[observed.status]?.count ?? 0 < Self.answersLookedInto {
        sight.answers[observed.status, default: Answers()].add(observed)
      }
      sights[linked.reference] = sight
    }
  }

  /// Takes note of what a step's criteria and outputs look at.
  func note(_ step: Step, of linked: LinkedOperation) {
    let criteria = step.successCriteria
    let expressions = criteria.flatMap(\.expressions) + step.outputs.map(\.expression)
    let pointers = expressions.compactMap { expression -> JSONPointer? in
      guard case .response(.body(let pointer)) = expression else { return nil }
      return pointer.map(Self.generalised)
    }
    let names = criteria.flatMap { criterion -> [String] in
      guard case .jsonPath(let text) = criterion.condition else { return [] }
      return Self.names(in: text)
    }
    guard !pointers.isEmpty || !names.isEmpty else { return }
    sights.withLock { sights in
      sights[linked.reference, default: Sight()].fields.formUnion(pointers)
      sights[linked.reference, default: Sight()].names.formUnion(names)
    }
  }

  /// What was seen of an operation.
  func sight(of operation: OperationReference) -> Sight { sights.withLock { $0[operation] ?? Sight() } }

  private static func has(_ parameter: Parameter, _ request: HTTPRequest) -> Bool {
    switch parameter.location {
    case .path: return true
    case .header: return request.headers[parameter.name] != nil
    case .cookie: return request.headers["Cookie"]?.contains("\(parameter.name)=") ?? false
    case .query:
      guard let start = request.url.firstIndex(of: "?") else { return false }
      let name = URLBuilder.encoded(parameter.name)
      return request.url[request.url.index(after: start)...].split(separator: "&").contains {
        $0.hasPrefix("\(name)=") || $0.hasPrefix("\(name)%5B") || $0 == name
      }
    }
  }

  /// The pointer with every index of an array as `-`.
  static func generalised(_ pointer: JSONPointer) -> JSONPointer {
    pointer.tokens.reduce(JSONPointer()) { $0.appending(Int($1) == nil ? $1 : "-") }
  }

  /// The members that a query names: `$.items[?@.id == 7]` names items and id.
  private static func names(in query: String) -> [String] {
    query.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init).filter { $0.first?.isLetter == true }
  }
}

extension CoverageCollector.Answers {
  fileprivate mutating func add(_ observed: ObservedExchange) {
    count += 1
    for field in observed.headers.fields { headers.insert(field.name.lowercased()) }
    if let body = observed.body.json { add(body, JSONPointer(), depth: 0) }
  }

  private mutating func add(_ value: JSONValue, _ place: JSONPointer, depth: Int) {
    guard depth < 8, members.count < 500 else { return }
    switch value {
    case .object(let object):
      for member in object {
        let inner = place.appending(member.key)
        members.insert(inner)
        add(member.value, inner, depth: depth + 1)
      }
    case .array(let items):
      // Items are alike.
      for item in items.prefix(3) { add(item, place.appending("-"), depth: depth + 1) }
    default: break
    }
  }
}
