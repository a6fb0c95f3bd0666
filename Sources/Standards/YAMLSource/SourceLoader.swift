/// Reads files by name through a closure, so that the readers of formats do no input or output of their own.
///
/// Names are paths with `/`. A reference from one file to another (`$ref: common.yaml`) is resolved lexically and must
/// stay below the loader's root, whatever the closure would be able to read.
package struct SourceLoader: Sendable {
  private let root: [String]?
  private let isRootAbsolute: Bool
  private let read: @Sendable (String) throws -> [UInt8]
  private let limits: SourceDocument.Limits

  /// Makes a loader.
  ///
  /// - Parameters:
  ///   - root: the folder that no reference may leave; `nil` confines references to the folder tree that the names are
  ///     relative to (a relative name may not climb out with `..`).
  ///   - limits: what a file may hold.
  ///   - read: returns the bytes of the file with that name, or throws an error that says why not.
  package init(
    root: String? = nil, limits: SourceDocument.Limits = .init(),
    read: @escaping @Sendable (String) throws -> [UInt8]
  ) {
    self.root = root.flatMap { SourceLoader.normalized($0.split(separator: "/")) }
    self.isRootAbsolute = root?.hasPrefix("/") ?? false
    self.limits = limits
    self.read = read
  }

  /// Makes a loader of texts in memory, by file name.
  package init(files: [String: String], limits: SourceDocument.Limits = .init()) {
    self.init(limits: limits) { name in
      guard let text = files[name] else {
        throw Diagnostic(
          location: nil, message: "no such file: '\(name)'",
          remedy: YAMLSource.remedy(for: name, among: files.keys.sorted()))
      }
      return Array(text.utf8)
    }
  }

  /// The name of a document that was fetched from a URL: the URL without its scheme; nil for what is none.
  package static func name(ofRemote url: String) -> String? {
    for scheme in ["http://", "https://"] where url.hasPrefix(scheme) {
      return normalized(url.dropFirst(scheme.count).split(separator: "/"))?.joined(separator: "/")
    }
    return nil
  }

  /// Reads and parses a file.
  ///
  /// - Parameter reference: the place that asks for it, for the diagnostic when it cannot be read.
  /// - Throws: every problem found.
  package func load(
    _ file: String, referredToBy reference: SourceLocation? = nil
  ) throws(DiagnosticList) -> SourceDocument {
    guard let name = confined(file) else {
      throw DiagnosticList([
        Diagnostic(
          location: reference, message: "'\(file)' lies outside the folder that may be read",
          remedy: "move the file below it")
      ])
    }
    let bytes: [UInt8]
    do {
      bytes = try read(name)
    } catch let diagnostic as Diagnostic {
      throw DiagnosticList([
        Diagnostic(
          severity: diagnostic.severity, location: diagnostic.location ?? reference, message: diagnostic.message,
          remedy: diagnostic.remedy)
      ])
    } catch {
      throw DiagnosticList([
        Diagnostic(
          location: reference, message: "cannot read '\(file)': \(error)",
          remedy: "check the path and its permissions")
      ])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DiagnosticList([
        Diagnostic(
          location: SourceLocation(file: name, line: 1, column: 1), message: "the file is not UTF-8 text",
          remedy: "save it as UTF-8")
      ])
    }
    // A byte order mark is allowed at the start of YAML and means nothing.
    let body = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    return try SourceDocument.parse(body, file: name, limits: limits)
  }

  /// The name of the file that a relative reference in another file means; `nil` when it climbs out of the root.
  package func resolve(_ reference: String, relativeTo file: String) -> String? {
    if reference.hasPrefix("/") { return confined(reference) }
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    let base = file.hasPrefix("/") ? "/" + folder : folder
    return confined(base.isEmpty ? reference : base + "/" + reference)
  }

  /// The normalised name when it lies below the root.
  private func confined(_ file: String) -> String? {
    let isAbsolute = file.hasPrefix("/")
    guard let parts = SourceLoader.normalized(file.split(separator: "/")), !parts.isEmpty else { return nil }
    if let root {
      guard isAbsolute == isRootAbsolute, parts.count > root.count, parts.starts(with: root) else { return nil }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }

  /// The parts of a path without `.` and with each `..` applied; `nil` when it climbs above its start.
  private static func normalized(_ parts: [Substring]) -> [String]? {
    var result: [String] = []
    for part in parts where part != "." && !part.isEmpty {
      if part == ".." {
        guard !result.isEmpty else { return nil }
        result.removeLast()
      } else {
        result.append(String(part))
      }
    }
    return result
  }
}
