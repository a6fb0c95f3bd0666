import ArgumentParser
import ECMARegex
import FoundationEssentials
import HTTP
import Importing
import OpenAPI
import RunModel
import YAMLSource

/// One import: reads, writes, and proves that what was written can be used.
struct ImportSession {
  let options: ImportOptions

  /// A document that was read.
  private struct Source {
    let document: OpenAPIDocument
    let text: String
    /// Where it was fetched from; nil for a file.
    let origin: String?
  }

  /// Imports an OpenAPI document.
  func importOpenAPI(_ source: String) async throws {
    let loaded = try await load(source)
    let service = options.name ?? serviceName(loaded.document.title, source)
    let place = try place(of: loaded, source, service)
    let baseURL = baseURL(loaded.document, origin: loaded.origin)
    var importer = OpenAPIImporter(loaded.document, service: service, patterns: ECMAPatternEngine())
    try await write(
      importer.stack(documentFile: place.path, text: place.isCopied ? loaded.text : nil, baseURL: baseURL))
  }

  /// Imports a Postman collection.
  func importPostman(_ file: String, openAPI: String?) async throws {
    var known: (document: OpenAPIDocument, path: String)?
    let collection: PostmanCollection
    do {
      collection = try PostmanCollection(try contents(of: file), file: file)
    } catch let problem as ImportProblem {
      throw fail(problem)
    }
    let service = options.name ?? serviceName(collection.name, file)
    if let openAPI {
      let loaded = try await load(openAPI)
      known = (loaded.document, try place(of: loaded, openAPI, service).path)
    }
    do {
      try await write(
        PostmanImporter(collection, service: service, document: known?.document, documentFile: known?.path)
          .stack(baseURL: options.baseURL.map(Self.origin)))
    } catch let problem as ImportProblem {
      throw fail(problem)
    }
  }

  // MARK: Reading

  private func contents(of file: String) throws -> [UInt8] {
    do {
      return try SourceFiles.read(file)
    } catch {
      StandardStreams.error.write(error.rendered(source: nil) + "\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
  }

  private func load(_ source: String) async throws -> Source {
    let isRemote = source.hasPrefix("http://") || source.hasPrefix("https://")
    var files: RemoteDocuments?
    if isRemote {
      do {
        files = try await RemoteDocuments.fetched([source])
      } catch let problem {
        StandardStreams.error.write("error: \(problem)\n")
        throw ArgumentParser.ExitCode(.badInput)
      }
    }
    let file = isRemote ? RemoteDocuments.name(of: source) : source
    let remote = files
    let loader = SourceLoader { path in
      if let bytes = remote?[path] { return bytes }
      return try SourceFiles.read(path)
    }
    let (document, problems) = OpenAPIDocument.load(file: file, loader: loader)
    for problem in problems { StandardStreams.error.write(problem.rendered(source: nil) + "\n") }
    guard let document else { throw ArgumentParser.ExitCode(.badInput) }
    if isRemote, document.sources.count > 1 {
      StandardStreams.error.write(
        "error: the document is in \(document.sources.count) files; save them, and import the file\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
    return Source(document: document, text: document.sources[document.file] ?? "", origin: isRemote ? source : nil)
  }

  /// Path of the document below the folder of contracts, and whether it is to be written there.
  private func place(of source: Source, _ given: String, _ service: String) throws -> (path: String, isCopied: Bool) {
    let isJSON = source.text.drop { $0.isWhitespace }.first == "{"
    if source.origin == nil {
      // A file of the project stays where it is.
      if let path = Self.relativePath(of: given, from: options.output) { return (path, false) }
      guard source.document.sources.count == 1 else {
        StandardStreams.error.write("error: the document has several files; move them into this folder first\n")
        throw ArgumentParser.ExitCode(.badInput)
      }
    }
    return ("apis/\(service).openapi.\(isJSON ? "json" : "yaml")", true)
  }

  private static func relativePath(of file: String, from folder: String) -> String? {
    let base = FileManager.default.currentDirectoryPath
    func parts(_ path: String) -> [String] {
      URL(filePath: path.hasPrefix("/") ? path : "\(base)/\(path)").standardized.path.split(separator: "/").map(
        String.init)
    }
    let root = parts(base), target = parts(file), start = parts(folder)
    guard target.starts(with: root), start.starts(with: root) else { return nil }
    var shared = 0
    while shared < min(target.count, start.count), target[shared] == start[shared] { shared += 1 }
    return (Array(repeating: "..", count: start.count - shared) + target[shared...]).joined(separator: "/")
  }

  private func serviceName(_ title: String, _ source: String) -> String {
    let words = title.isEmpty ? source.split(separator: "/").last.map(String.init) ?? "api" : title
    return ImportNames.service(words)
  }

  /// Where the service is: as told, as the document says, or where the document was.
  private func baseURL(_ document: OpenAPIDocument, origin: String?) -> String {
    if let given = options.baseURL { return Self.origin(given) }
    if let server = document.servers.first?.url, server.contains("://") { return Self.origin(server) }
    return origin.map(Self.origin) ?? "http://127.0.0.1:8080"
  }

  /// Scheme, host and port; the path below is the document's to tell.
  private static func origin(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    return String(url[..<(url[scheme.upperBound...].firstIndex(of: "/") ?? url.endIndex)])
  }

  // MARK: Writing

  private func write(_ imported: ImportedStack) async throws {
    let manager = FileManager.default
    let stackFile = "\(options.output)/stack.yaml"
    let hasStack = manager.fileExists(atPath: stackFile)
    var files = imported.files
    if !hasStack { files.append(ImportedStack.File(path: "stack.yaml", text: imported.stack)) }
    let existing = files.map { "\(options.output)/\($0.path)" }.filter { manager.fileExists(atPath: $0) }
    guard existing.isEmpty || options.force else {
      StandardStreams.error.write(
        "error: \(existing.joined(separator: ", ")) \(existing.count == 1 ? "is" : "are") there already\n"
          + "  use --force to replace, --name or --output to write elsewhere\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
    do {
      for file in files {
        let target = URL(filePath: "\(options.output)/\(file.path)")
        try manager.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: target, options: .atomic)
        StandardStreams.out.write("wrote      \(options.output)/\(file.path)\n")
      }
    } catch {
      StandardStreams.error.write("error: cannot write to '\(options.output)': \(error)\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
    for remark in imported.remarks { StandardStreams.out.write("note       \(remark)\n") }
    if hasStack {
      StandardStreams.out.write("add to \(stackFile):\n\n\(imported.entry)\n")
    } else {
      let plan = try await Plan.load(stackFile: stackFile, dataset: .none, resolvesEnvironment: false)
      StandardStreams.out.write(plan.summary + "\n")
    }
    StandardStreams.out.write("next       concord contracts --stack \(stackFile)\n")
  }

  private func fail(_ problem: ImportProblem) -> ArgumentParser.ExitCode {
    for diagnostic in problem.problems { StandardStreams.error.write(diagnostic.rendered(source: nil) + "\n") }
    return ArgumentParser.ExitCode(.badInput)
  }
}
