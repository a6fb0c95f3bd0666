import JSON
import YAMLSource

/// The files of one API description: reads each once, and follows references between them.
struct DocumentStore {
  /// A node together with where it is.
  struct Found {
    let node: SourceNode
    let address: NodeAddress
  }

  /// What became of a reference.
  enum Resolution {
    case found(Found)
    /// Another host or scheme: never fetched.
    case remote
    /// Below a schema with an `$id`: the schema set resolves it.
    case deferred
    /// Not there; the message and remedy say why.
    case missing(message: String, remedy: String?)
  }

  let loader: SourceLoader
  let sink: DiagnosticSink
  private(set) var documents: [String: SourceDocument] = [:]
  private var unreadable: Set<String> = []
  private var anchors: [String: [String: JSONPointer]] = [:]

  init(loader: SourceLoader, sink: DiagnosticSink) {
    self.loader = loader
    self.sink = sink
  }

  /// Reads a file once; problems are reported the first time.
  mutating func document(_ file: String, referredToBy location: SourceLocation?) -> SourceDocument? {
    if let document = documents[file] { return document }
    guard !unreadable.contains(file) else { return nil }
    do {
      let document = try loader.load(file, referredToBy: location)
      documents[file] = document
      return document
    } catch {
      unreadable.insert(file)
      sink.report(contentsOf: error.diagnostics)
      return nil
    }
  }

  /// Finds what a reference in a file means (RFC 3986 section 5, RFC 6901 section 6).
  mutating func resolve(_ target: String, in file: String, at location: SourceLocation, isRebased: Bool) -> Resolution {
    if FileURI.hasScheme(target) || target.hasPrefix("//") { return .remote }
    if isRebased { return .deferred }
    // Schemas are followed by URI; what is only accepted here would lead nowhere there.
    let encoded = FileURI.encodedReference(target)
    guard encoded == target else {
      return .missing(message: "the reference '\(target)' is no URI", remedy: "write '\(encoded)'")
    }
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = FileURI.decoded(parts.first ?? ""), let fragment = FileURI.decoded(parts.count > 1 ? parts[1] : "")
    else { return .missing(message: "the reference '\(target)' has a broken percent escape", remedy: nil) }
    var owner = file
    if !path.isEmpty {
      guard let name = loader.resolve(path, relativeTo: file) else {
        return .missing(
          message: "the reference '\(target)' leaves the folder that may be read",
          remedy: "move the file below that folder")
      }
      owner = name
    }
    guard let document = document(owner, referredToBy: location) else { return .deferred }
    if fragment.isEmpty {
      return .found(Found(node: document.root, address: NodeAddress(file: owner, pointer: JSONPointer())))
    }
    if !fragment.hasPrefix("/") { return anchor(fragment, in: document) }
    guard let pointer = try? JSONPointer(parsing: fragment) else {
      return .missing(message: "'\(fragment)' is no JSON Pointer", remedy: "write '~' as '~0' and '/' as '~1'")
    }
    if let node = document.root.node(at: pointer) {
      return .found(Found(node: node, address: NodeAddress(file: owner, pointer: pointer)))
    }
    return missing(target, pointer, in: document)
  }

  private func missing(_ target: String, _ pointer: JSONPointer, in document: SourceDocument) -> Resolution {
    var current = document.root
    var walked: [String] = []
    for token in pointer.tokens {
      guard let next = current.child(token) else {
        let names = current.entries?.map(\.key) ?? []
        var advice = remedy(for: token, among: names)
        if let near = suggestion(for: token, among: names) {
          let tokens = walked + [near] + pointer.tokens.dropFirst(walked.count + 1)
          let path = tokens.reduce(JSONPointer()) { $0.appending($1) }
          let file = target.prefix { $0 != "#" }
          advice = "did you mean '\(file)#\(path)'?"
        }
        return .missing(message: "the reference '\(target)' leads nowhere", remedy: advice)
      }
      walked.append(token)
      current = next
    }
    return .missing(message: "the reference '\(target)' leads nowhere", remedy: nil)
  }

  private mutating func anchor(_ name: String, in document: SourceDocument) -> Resolution {
    let known = anchors[document.file] ?? Self.anchors(in: document.root, at: JSONPointer())
    anchors[document.file] = known
    if let pointer = known[name], let node = document.root.node(at: pointer) {
      return .found(Found(node: node, address: NodeAddress(file: document.file, pointer: pointer)))
    }
    return .missing(
      message: "the anchor '\(name)' is not in '\(document.file)'",
      remedy: remedy(for: name, among: known.keys.sorted()) ?? "a pointer begins with '#/'")
  }

  private static func anchors(in node: SourceNode, at pointer: JSONPointer) -> [String: JSONPointer] {
    var found: [String: JSONPointer] = [:]
    for key in ["$anchor", "$dynamicAnchor"] {
      if let name = node[key]?.string { found[name] = pointer }
    }
    for entry in node.entries ?? [] {
      found.merge(anchors(in: entry.value, at: pointer.appending(entry.key))) { first, _ in first }
    }
    for (index, element) in (node.elements ?? []).enumerated() {
      found.merge(anchors(in: element, at: pointer.appending(String(index)))) { first, _ in first }
    }
    return found
  }
}
