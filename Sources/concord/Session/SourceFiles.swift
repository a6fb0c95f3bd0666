import Glibc
import Stack
import YAMLSource

/// Files that people wrote, read with problems that say what to do about them.
enum SourceFiles {
  /// Reads a file; `remedy` says what to do where there is none, unless a file beside it has nearly its name.
  static func read(_ path: String, ifMissing remedy: String = "check the path") throws(Diagnostic) -> [UInt8] {
    do {
      return try Files.read(path)
    } catch {
      guard error.number == ENOENT else {
        throw Diagnostic(
          location: nil, message: "'\(path)' cannot be read: \(String(cString: strerror(error.number)))",
          remedy: "check the path and its permissions")
      }
      throw Diagnostic(
        location: nil, message: "there is no file '\(path)'",
        remedy: lookAlike(path).map { "did you mean '\($0)'?" } ?? remedy)
    }
  }

  private static func lookAlike(_ path: String) -> String? {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard let names = try? Files.list(folder.isEmpty ? "." : folder) else { return nil }
    return suggestion(for: name, among: names).map { folder + $0 }
  }
}
