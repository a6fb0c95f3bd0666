import HTTP
import JSON
import YAMLSource

/// OpenAPI documents that services show themselves, fetched before anything else is done.
struct RemoteDocuments: Sendable {
  /// Why a document could not be had.
  struct Problem: Error, CustomStringConvertible {
    let url: String
    let reason: String

    var description: String {
      "cannot fetch \(url): \(reason); start the service, or save the document and name the file"
    }
  }

  private static let timeout = Duration.seconds(10)
  private static let sizeLimit = 10 << 20, countLimit = 50

  private var files: [String: [UInt8]] = [:]

  /// The bytes of a document by its name; nil for what was not fetched.
  subscript(name: String) -> [UInt8]? { files[name] }

  /// The name by which reports and references know what is at a URL.
  static func name(of url: String) -> String { SourceLoader.name(ofRemote: url) ?? url }

  /// Fetches documents and what they refer to on the same server; follows no redirect, so that nothing else is read
  /// than what was named.
  static func fetched(_ urls: [String]) async throws(Problem) -> RemoteDocuments {
    var documents = RemoteDocuments()
    let http = HTTPClient()
    defer { http.shutdown() }
    var queue = urls
    while let url = queue.popLast() {
      let name = name(of: url)
      guard documents.files[name] == nil else { continue }
      guard documents.files.count < countLimit else {
        throw Problem(url: url, reason: "there are more than \(countLimit) documents")
      }
      let bytes = try await fetch(url, http)
      documents.files[name] = bytes
      queue += references(in: bytes, at: url)
    }
    return documents
  }

  private static func fetch(_ url: String, _ http: HTTPClient) async throws(Problem) -> [UInt8] {
    var request = HTTPRequest(method: "GET", url: url)
    request.headers.set("Accept", "application/json, application/yaml;q=0.9, */*;q=0.1")
    request.headers.set("User-Agent", "concord")
    request.timeout = timeout
    request.connectTimeout = timeout
    request.maximumBodyBytes = sizeLimit
    do {
      let response = try await http.send(request)
      guard response.status == 200 else { throw Problem(url: url, reason: "it answered \(response.status)") }
      return response.body
    } catch let error as HTTPError {
      throw Problem(url: url, reason: error.message)
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(url: url, reason: "\(error)")
    }
  }

  /// URLs of the documents that a document refers to by relative references.
  private static func references(in bytes: [UInt8], at url: String) -> [String] {
    guard let text = String(validating: bytes, as: UTF8.self),
      let document = try? SourceDocument.parse(text, file: name(of: url)),
      let scheme = url.firstRange(of: "://").map({ url[..<$0.upperBound] })
    else { return [] }
    let loader = SourceLoader { _ in [] }
    var found: Set<String> = []
    func walk(_ value: JSONValue) {
      switch value {
      case .object(let object):
        if let reference = object["$ref"]?.stringValue.map({ String($0.prefix { $0 != "#" }) }), !reference.isEmpty,
          !reference.contains("://"), let name = loader.resolve(reference, relativeTo: document.file)
        {
          found.insert(scheme + name)
        }
        for member in object { walk(member.value) }
      case .array(let items): for item in items { walk(item) }
      default: break
      }
    }
    walk(document.json)
    return found.sorted()
  }
}
