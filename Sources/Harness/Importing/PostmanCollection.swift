import JSON
import YAMLSource

/// A Postman collection (format 2.0 or 2.1, schema.getpostman.com), as far as it can become a contract.
package struct PostmanCollection: Sendable {
  /// A request with what is told about it.
  struct Request: Sendable {
    let name: String
    let method: String
    let url: RequestURL
    let headers: [Pair]
    let body: Body?
    let auth: Auth?
    /// Lines of the script that looks at the answer.
    let tests: [String]
    /// Whether a script runs before it.
    let hasPreparation: Bool
    let answers: [Answer]
  }

  /// Where a request goes; `{{name}}` is a variable.
  struct RequestURL: Sendable {
    /// Everything before the path: `{{baseUrl}}` or scheme and host.
    let base: String
    let segments: [String]
    let query: [Pair]
    /// Values of `:name` segments.
    let variables: [String: String]
  }

  struct Pair: Sendable, Hashable {
    let name: String
    let value: String
  }

  enum Body: Sendable {
    case raw(String, isJSON: Bool)
    case form([Pair])
    /// Another kind, by its name.
    case other(String)
  }

  enum Auth: Sendable {
    case none
    case bearer(String)
    case basic
    case apiKey(name: String, value: String, isHeader: Bool)
    /// Another kind, by its name.
    case other(String)
  }

  /// An answer that was saved as an example.
  struct Answer: Sendable {
    let status: Int
    let contentType: String?
    let body: String
  }

  /// Requests that belong together: those of a folder and of the folders in it.
  struct Folder: Sendable {
    let name: String
    let requests: [Request]
  }

  /// Its name.
  package let name: String
  let folders: [Folder]
  let variables: [Pair]
  /// Requests that may be read; a collection may be hostile.
  private static let requestLimit = 2_000

  /// Reads a collection.
  ///
  /// - Throws: `ImportProblem` when it is none, or of a format that is not known.
  package init(_ bytes: [UInt8], file: String) throws {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: bytes)
    } catch {
      throw ImportProblem([
        Diagnostic(
          location: SourceLocation(file: file, line: error.line, column: error.column),
          message: "the file is no JSON: \(error.message)", remedy: "export the collection from Postman once more")
      ])
    }
    guard let items = json["item"]?.arrayValue, let info = json["info"]?.objectValue else {
      throw ImportProblem(
        "'\(file)' is no Postman collection",
        remedy: "export it as 'Collection v2.1'; environments and older formats are something else")
    }
    let schema = info["schema"]?.stringValue ?? ""
    guard schema.isEmpty || schema.contains("/v2.") else {
      throw ImportProblem("the collection's format is not known: \(schema)", remedy: "export it as 'Collection v2.1'")
    }
    name = info["name"]?.stringValue ?? "Collection"
    variables = Self.pairs(json["variable"], key: "key")
    var reader = Reader(auth: Self.auth(json["auth"]))
    let own = items.filter { $0["item"] == nil }
    var folders: [Folder] = []
    if !own.isEmpty { folders.append(Folder(name: name, requests: reader.requests(own, nil))) }
    for item in items {
      guard let inner = item["item"]?.arrayValue else { continue }
      folders.append(
        Folder(name: item["name"]?.stringValue ?? "Folder", requests: reader.requests(inner, Self.auth(item["auth"]))))
    }
    guard reader.count <= Self.requestLimit else {
      throw ImportProblem("the collection has more than \(Self.requestLimit) requests", remedy: "export it in parts")
    }
    self.folders = folders.filter { !$0.requests.isEmpty }
  }

  /// All requests.
  var requests: [Request] { folders.flatMap(\.requests) }

  // MARK: Reading

  private struct Reader {
    let auth: Auth?
    var count = 0

    /// The requests of items and of the folders in them; each inherits what its folder says of authorisation.
    mutating func requests(_ items: [JSONValue], _ inherited: Auth?, depth: Int = 0) -> [Request] {
      guard depth < 32, count <= PostmanCollection.requestLimit else { return [] }
      return items.flatMap { item -> [Request] in
        if let inner = item["item"]?.arrayValue {
          return requests(inner, PostmanCollection.auth(item["auth"]) ?? inherited, depth: depth + 1)
        }
        count += 1
        return request(item, inherited ?? auth).map { [$0] } ?? []
      }
    }

    private func request(_ item: JSONValue, _ inherited: Auth?) -> Request? {
      guard let request = item["request"] else { return nil }
      let events = item["event"]?.arrayValue ?? []
      func script(_ kind: String) -> [String] {
        events.filter { $0["listen"]?.stringValue == kind }.flatMap { PostmanCollection.lines($0["script"]?["exec"]) }
      }
      // A request may be a mere URL.
      let url = request.stringValue.map { JSONValue.string($0) } ?? request["url"] ?? .string("")
      return Request(
        name: item["name"]?.stringValue ?? "Request", method: (request["method"]?.stringValue ?? "GET").uppercased(),
        url: PostmanCollection.url(url), headers: PostmanCollection.pairs(request["header"], key: "key"),
        body: PostmanCollection.body(request["body"]), auth: PostmanCollection.auth(request["auth"]) ?? inherited,
        tests: script("test"), hasPreparation: !script("prerequest").joined().allSatisfy(\.isWhitespace),
        answers: (item["response"]?.arrayValue ?? []).compactMap(PostmanCollection.answer))
    }
  }

  private static func lines(_ value: JSONValue?) -> [String] {
    if let text = value?.stringValue { return text.split(whereSeparator: \.isNewline).map(String.init) }
    return (value?.arrayValue ?? []).compactMap(\.stringValue).flatMap {
      $0.split(whereSeparator: \.isNewline).map(String.init)
    }
  }

  /// Enabled pairs of a list.
  private static func pairs(_ value: JSONValue?, key: String) -> [Pair] {
    (value?.arrayValue ?? []).compactMap { entry in
      guard entry["disabled"]?.boolValue != true, let name = entry[key]?.stringValue ?? entry["id"]?.stringValue else {
        return nil
      }
      let value = entry["value"]
      return Pair(name: name, value: value?.stringValue ?? value.map { $0.isNull ? "" : $0.serialized() } ?? "")
    }
  }

  private static func url(_ value: JSONValue) -> RequestURL {
    let raw = value.stringValue ?? value["raw"]?.stringValue ?? ""
    var rest = Substring(raw)
    var base = ""
    if let scheme = rest.firstRange(of: "://") {
      let end = rest[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
      base = String(rest[..<end])
      rest = rest[end...]
    } else if rest.hasPrefix("{{"), let end = rest.firstRange(of: "}}") {
      base = String(rest[..<end.upperBound])
      rest = rest[end.upperBound...]
    }
    let path = rest.prefix { $0 != "?" && $0 != "#" }
    let query: [Pair] =
      value["query"] == nil
      ? rest.dropFirst(path.count).drop { $0 == "?" }.prefix { $0 != "#" }.split(separator: "&").map { pair in
        let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return Pair(name: sides[0], value: sides.count > 1 ? sides[1] : "")
      } : pairs(value["query"], key: "key")
    return RequestURL(
      base: base, segments: path.split(separator: "/").map(String.init), query: query,
      variables: Dictionary(
        pairs(value["variable"], key: "key").map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
  }

  private static func body(_ value: JSONValue?) -> Body? {
    guard let value, let mode = value["mode"]?.stringValue else { return nil }
    switch mode {
    case "raw":
      let text = value["raw"]?.stringValue ?? ""
      guard !text.allSatisfy(\.isWhitespace) else { return nil }
      let language = value["options"]?["raw"]?["language"]?.stringValue
      let first = text.first { !$0.isWhitespace }
      return .raw(text, isJSON: language == "json" || (language == nil && (first == "{" || first == "[")))
    case "urlencoded": return .form(pairs(value["urlencoded"], key: "key"))
    default: return .other(mode)
    }
  }

  private static func auth(_ value: JSONValue?) -> Auth? {
    guard let value, let kind = value["type"]?.stringValue else { return nil }
    func member(_ name: String) -> String {
      // A list of pairs in 2.1, an object in 2.0.
      let inner = value[kind]
      return inner?.arrayValue?.first { $0["key"]?.stringValue == name }?["value"]?.stringValue
        ?? inner?[name]?.stringValue ?? ""
    }
    switch kind {
    case "noauth": return Auth.none
    case "bearer": return .bearer(member("token"))
    case "basic": return .basic
    case "apikey":
      return .apiKey(name: member("key"), value: member("value"), isHeader: member("in") != "query")
    default: return .other(kind)
    }
  }

  private static func answer(_ value: JSONValue) -> Answer? {
    guard let status = value["code"]?.intValue, (100...599).contains(status) else { return nil }
    let type = pairs(value["header"], key: "key").first { $0.name.lowercased() == "content-type" }?.value
    return Answer(status: status, contentType: type, body: value["body"]?.stringValue ?? "")
  }
}
