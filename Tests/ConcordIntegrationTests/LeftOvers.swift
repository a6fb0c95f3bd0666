import FoundationEssentials
import Glibc

/// What a run may have left on the machine: processes and folders that carry its mark.
///
/// A run is recognised by an environment variable that its processes inherit, so that tests which run side by side do
/// not take each other's processes for their own.
struct LeftOvers {
  private let mark = "CONCORD_TEST_MARK=\(UUID().uuidString)"
  private let temporary: String

  /// Marks a run whose temporary files go into a folder.
  init(temporary: String) {
    self.temporary = temporary
  }

  /// The environment that marks a run.
  var environment: [String: String] {
    let sides = mark.split(separator: "=").map(String.init)
    return [sides[0]: sides[1], "TMPDIR": temporary]
  }

  /// Process ids and names of the run's processes that are alive, zombies not counted.
  func processes() -> [String] {
    ids().map { id in "\(id) \(contents("/proc/\(id)/comm")?.split(separator: "\n").first.map(String.init) ?? "?")" }
  }

  /// The run's processes whose command line contains a text.
  func processes(running text: String) -> [pid_t] {
    ids().filter { commandLine($0).contains(text) }
  }

  private func ids() -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter(isOurs).sorted()
  }

  /// PostgreSQL writes its titles over its environment, so its processes are recognised by the folder they work in.
  private func isOurs(_ id: pid_t) -> Bool {
    if contents("/proc/\(id)/environ")?.contains(mark) == true { return true }
    let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd")
    return folder?.hasPrefix(temporary + "/") == true
  }

  private func commandLine(_ id: pid_t) -> String {
    contents("/proc/\(id)/cmdline")?.replacing("\0", with: " ") ?? ""
  }

  /// Files and folders that are left in the run's temporary folder.
  func files() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] }

  private func contents(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 8192)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
