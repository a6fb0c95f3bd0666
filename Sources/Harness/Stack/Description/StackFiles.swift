import YAMLSource

/// Paths that a description mentions: made relative to its folder, and looked up.
struct StackFiles {
  /// Folder of the description; empty for the current one.
  let folder: String
  /// Returns the names in a folder, or throws when there is none.
  let list: (String) throws -> [String]

  init(stackFile: String, list: @escaping (String) throws -> [String]) {
    self.folder = Self.folder(of: stackFile)
    self.list = list
  }

  /// Everything before the last slash.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A path from the point of view of whoever named the description; `..` is applied where there is something to leave.
  func resolve(_ path: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty { return Self.normalized(path) }
    return Self.normalized("\(folder)/\(path)")
  }

  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part == "..", path.hasPrefix("/") {
        continue
      } else {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    if path.hasPrefix("/") { return "/\(joined)" }
    return joined.isEmpty ? "." : joined
  }

  /// Resolves a file that must be there; reports its absence with the nearest name in its folder.
  func file(_ path: String, what: String, at location: SourceLocation, into sink: DiagnosticSink) -> String {
    let resolved = resolve(path)
    let name = String(resolved.split(separator: "/").last ?? "")
    guard let names = try? list(parent(of: resolved)) else {
      sink.error("\(what) is not there: no folder '\(parent(of: resolved))'", at: location)
      return resolved
    }
    if !names.contains(name) {
      let near = suggestion(for: name, among: names).map { "did you mean '\($0)'?" }
      sink.error("\(what) is not there: no file '\(resolved)'", at: location, remedy: near)
    }
    return resolved
  }

  /// Files that match a pattern in which `*` stands for any part of a name and `?` for any character, sorted.
  func matching(_ pattern: String, at location: SourceLocation, into sink: DiagnosticSink) -> [String] {
    let resolved = resolve(pattern)
    var found: [String] = [resolved.hasPrefix("/") ? "/" : ""]
    for part in resolved.split(separator: "/").map(String.init) {
      let isPattern = part.contains("*") || part.contains("?")
      found = found.flatMap { base -> [String] in
        if part == ".." { return [join(base, part)] }
        let names = (try? list(base.isEmpty ? "." : base)) ?? []
        return names.filter { isPattern ? Self.matches($0, part) : $0 == part }.map { join(base, $0) }
      }
    }
    if found.isEmpty {
      sink.error("no file matches '\(pattern)'", at: location, remedy: "paths are relative to the folder of this file")
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func parent(of path: String) -> String {
    let folder = Self.folder(of: path)
    return folder.isEmpty ? "." : folder
  }

  private func join(_ base: String, _ name: String) -> String {
    base.isEmpty ? name : base.hasSuffix("/") ? base + name : "\(base)/\(name)"
  }

  /// Whether a name matches; a name with a leading dot only matches a pattern with one, as in a shell.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
    let name = Array(name.unicodeScalars), pattern = Array(pattern.unicodeScalars)
    var n = 0, p = 0
    // On a mismatch only the latest star needs to be tried again, one character longer: linear in practice.
    var star: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p, n)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
        n += 1
        p += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        n = last.name + 1
        p = last.pattern + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
