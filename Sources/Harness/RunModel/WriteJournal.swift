import Synchronization

/// A request of the run's own contract cases that wrote something.
package struct WritingRequest: Sendable, Hashable {
  package let method: String
  /// Path template as documented: what it stands for may be personal.
  package let path: String
  package let service: String
  package let status: Int
  /// The case that sent it.
  package let caseID: CaseID
  /// `X-Request-ID`, by which services log it.
  package let requestID: String?

  /// Records a request.
  package init(method: String, path: String, service: String, status: Int, caseID: CaseID, requestID: String?) {
    self.method = method
    self.path = path
    self.service = service
    self.status = status
    self.caseID = caseID
    self.requestID = requestID
  }
}

/// What the contract cases of a run wrote: which requests named or made which resource.
///
/// A resource is known by the word that an API has for it and its id ("orders", "57"); a row is taken for it when its
/// table, or the column that holds the id, has the same word. That two services use one word for two things is possible;
/// so a request is a hint at who wrote a row, and proves nothing.
package final class WriteJournal: Sendable {
  private struct Resource: Hashable {
    /// The last word of its name, in the singular.
    let word: String
    let id: String
  }

  /// The name of a resource with the requests that wrote it.
  private struct Entry {
    let name: [String]
    var first: WritingRequest
    var last: WritingRequest?
  }

  /// Most resources that are kept.
  private static let limit = 100_000

  /// A row that tells by itself which request wrote it.
  private struct Row: Hashable {
    let object: String
    let identity: [Finding.Field]
  }

  private struct Rows {
    /// Requests by their id.
    var requests: [String: WritingRequest] = [:]
    var writers: [Row: WritingRequest] = [:]
    /// Names of the fields that identify a row of an object.
    var identities: [String: [String]] = [:]
  }

  private let entries = Mutex<[Resource: [Entry]]>([:])
  private let rows = Mutex(Rows())

  /// An empty journal.
  package init() {}

  /// Notes that a request wrote a resource.
  package func note(_ request: WritingRequest, wrote name: String, _ id: String) {
    let name = Self.words(of: name)
    guard let word = name.last, !id.isEmpty, id.utf8.count <= 256 else { return }
    entries.withLock { entries in
      let resource = Resource(word: word, id: id)
      guard var known = entries[resource] ?? (entries.count < Self.limit ? [] : nil) else { return }
      if let place = known.firstIndex(where: { $0.name == name }) {
        if known[place].first != request { known[place].last = request }
      } else {
        known.append(Entry(name: name, first: request))
      }
      entries[resource] = known
    }
  }

  /// Notes that a request was sent, whatever it did: services may have logged it.
  package func note(_ request: WritingRequest) {
    guard let id = request.requestID else { return }
    rows.withLock { rows in
      if rows.requests.count < Self.limit { rows.requests[id] = request }
    }
  }

  /// The ids of the requests that were sent.
  package var requestIDs: [String] { rows.withLock { $0.requests.keys.sorted() } }

  /// Notes which request a row of an object names as the one that wrote it; nothing happens when it is none of the run's.
  package func note(row identity: [Finding.Field], of object: String, names requestID: String) {
    rows.withLock { rows in
      guard let request = rows.requests[requestID], rows.writers.count < Self.limit else { return }
      rows.identities[object] = identity.map(\.name)
      rows.writers[Row(object: object, identity: identity)] = request
    }
  }

  /// The request that a row names as the one that wrote it.
  private func writer(of object: String, _ fields: [Finding.Field]) -> WritingRequest? {
    rows.withLock { rows in
      guard let names = rows.identities[object] else { return nil }
      let identity = names.compactMap { name in fields.first { $0.name == name } }
      return rows.writers[Row(object: object, identity: identity)]
    }
  }

  /// The requests that wrote the row of an object that has these fields, or something that it refers to: the one that the
  /// row itself names, then the first and the last of each.
  package func requests(for object: String, _ fields: [Finding.Field]) -> [WritingRequest] {
    let writer = writer(of: object, fields)
    return entries.withLock { entries in
      var found = writer.map { [$0] } ?? []
      for field in fields {
        guard let id = field.value, let name = Self.resource(of: field.name, in: object), let word = name.last else {
          continue
        }
        for entry in entries[Resource(word: word, id: id)] ?? []
        where Self.isSame(entry.name, name) {
          for request in [entry.first, entry.last].compactMap(\.self) where !found.contains(request) {
            found.append(request)
          }
        }
      }
      return found
    }
  }

  /// Whether two names mean one resource: "items" and "order items" do.
  private static func isSame(_ one: [String], _ other: [String]) -> Bool {
    let count = min(one.count, other.count)
    return one.suffix(count) == other.suffix(count)
  }

  /// What a field is the id of: its object, or what its name says; nil when it is no id.
  package static func resource(of field: String, in object: String) -> [String]? {
    let words = words(of: field)
    guard let last = words.last, ["id", "uid", "uuid", "key"].contains(last) else { return nil }
    return words.count == 1 ? Self.words(of: object) : Array(words.dropLast())
  }

  /// The words of a name in the singular: "orderItems" and "order_items" are "order", "item".
  package static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for character in name {
      let isWordPart = character.isLetter || character.isNumber
      if !isWordPart || (character.isUppercase && wasLower), !word.isEmpty {
        words.append(singular(word))
        word = ""
      }
      if isWordPart { word.append(contentsOf: character.lowercased()) }
      wasLower = character.isLowercase || character.isNumber
    }
    return word.isEmpty ? words : words + [singular(word)]
  }

  /// The regular singular of an English word; what is wrong with it is wrong on both sides.
  private static func singular(_ word: String) -> String {
    if word.hasSuffix("ies"), word.count > 4 { return word.dropLast(3) + "y" }
    for ending in ["sses", "shes", "ches", "xes"] where word.hasSuffix(ending) { return String(word.dropLast(2)) }
    return word.hasSuffix("s") && !word.hasSuffix("ss") && word.count > 3 ? String(word.dropLast()) : word
  }
}
