import HTTP
import JSON
import OpenAPI

/// One defect of one answer, made when it is needed.
struct Mutation {
  let mutation: MutationOperator
  /// What is defect: a pointer with `-` for the items of lists, a header's name, or the status that comes instead.
  let place: String
  /// The answer with the defect.
  let answer: () -> (response: HTTPResponse, body: MessageBody)
}

/// Everything that can be wrong with an answer.
struct ResponseMutator {
  let entry: ExchangeLog.Entry
  /// Values that other answers of the kind have, by their places.
  let others: [String: Set<JSONValue>]

  /// Parts of one body that are mutated; the rest of a longer one is like them.
  private static let partLimit = 400

  /// All mutations, of the whole answer first.
  var mutations: [Mutation] { ofMessage + ofBody }

  // MARK: The whole answer

  private var ofMessage: [Mutation] {
    let response = entry.response, body = entry.body
    var all: [Mutation] = []
    for status in documentedStatuses where status != response.status {
      all.append(Mutation(mutation: .swapStatus, place: "→ \(status)") { changing { $0.status = status } })
    }
    let promise = entry.intent.isDocumented ? entry.linked.operation.response(for: response.status) : nil
    for header in promise?.headers ?? [] {
      guard let value = response.headers[header.name] else { continue }
      all.append(Mutation(mutation: .stripHeader, place: header.name) { changing { $0.headers.remove(header.name) } })
      if let altered = ValueMutations.ofHeader(value) {
        all.append(
          Mutation(mutation: .alterHeader, place: header.name) { changing { $0.headers.set(header.name, altered) } })
      }
    }
    // What an undocumented method is answered with, the document does not say.
    guard !body.bytes.isEmpty, entry.intent.isDocumented else { return all }
    all.append(
      Mutation(mutation: .changeType, place: "Content-Type") {
        changing { $0.headers.set("Content-Type", "text/html") }
      })
    all.append(Mutation(mutation: .emptyBody, place: "body") { (response, MessageBody([])) })
    all.append(
      Mutation(mutation: .breakBody, place: "body") {
        (response, MessageBody(Array(body.bytes.prefix(body.bytes.count / 2))))
      })
    return all
  }

  private func changing(_ change: (inout HTTPResponse) -> Void) -> (response: HTTPResponse, body: MessageBody) {
    var response = entry.response
    change(&response)
    return (response, entry.body)
  }

  private var documentedStatuses: [Int] { entry.linked.operation.responses.compactMap { Int($0.status) }.sorted() }

  // MARK: Parts of the body

  private var ofBody: [Mutation] {
    guard let root = entry.body.json, entry.intent.isDocumented else { return [] }
    var all: [Mutation] = []
    for part in Self.parts(of: root) {
      for (mutation, value) in ValueMutations.of(part.value) where !isProse(part) || !mutation.isOfWording {
        all.append(self.mutation(mutation, of: root, part) { _ in value })
      }
      if !isProse(part),
        let other = others[part.place]?.filter({ $0 != part.value }).min(by: { $0.serialized() < $1.serialized() })
      {
        all.append(self.mutation(.swapValue, of: root, part) { _ in other })
      }
      guard part.isMember, let name = part.path.last else { continue }
      all.append(self.mutation(.drop, of: root, part) { _ in nil })
      let recased = ValueMutations.recased(name)
      if recased != name {
        all.append(
          Mutation(mutation: .recaseName, place: part.place) {
            body(root.editing(part.path.dropLast()) { $0.objectValue.map { .object($0.renaming(name, to: recased)) } })
          })
      }
    }
    return all
  }

  /// Whether a part is text for people that programs must not read (RFC 9457 section 3.1.4): another wording is no
  /// defect.
  private func isProse(_ part: Part) -> Bool {
    guard part.path.last == "detail", let type = entry.response.headers["Content-Type"] else { return false }
    return MediaType.essence(type) == "application/problem+json"
  }

  private func mutation(
    _ mutation: MutationOperator, of root: JSONValue, _ part: Part, _ edit: @escaping (JSONValue) -> JSONValue?
  ) -> Mutation {
    Mutation(mutation: mutation, place: part.place.isEmpty ? "body" : part.place) {
      body(root.editing(part.path[...], edit))
    }
  }

  private func body(_ value: JSONValue?) -> (response: HTTPResponse, body: MessageBody) {
    // The bytes are looked at no more where there is a value, only whether there are any.
    (entry.response, MessageBody(entry.body.bytes, json: value ?? .null))
  }

  /// A value within a body.
  struct Part {
    let path: [String]
    /// The path with `-` for the items of lists.
    let place: String
    let value: JSONValue
    let isMember: Bool
  }

  /// Everything in a body; of a list only its first and last item.
  static func parts(of root: JSONValue) -> [Part] {
    var parts = [Part(path: [], place: "", value: root, isMember: false)]
    var index = 0
    while index < parts.count, parts.count < partLimit {
      let part = parts[index]
      index += 1
      switch part.value {
      case .object(let object):
        for member in object {
          let place = part.place + JSONPointer(tokens: [member.key]).description
          parts.append(Part(path: part.path + [member.key], place: place, value: member.value, isMember: true))
        }
      case .array(let items):
        for index in Set([items.startIndex, items.endIndex - 1]).sorted() where items.indices.contains(index) {
          parts.append(
            Part(path: part.path + ["\(index)"], place: part.place + "/-", value: items[index], isMember: false))
        }
      default: break
      }
    }
    return parts
  }
}
