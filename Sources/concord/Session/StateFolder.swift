import Audit
import FoundationEssentials
import Glibc
import RunModel

/// Files under `reports/state` that an audit leaves for the next one; they hold ids of documents, and are its user's alone.
struct StateFolder: StateKeeper {
  /// Path of the folder.
  let path: String
  /// What the names of the files begin with: the stack and its dataset.
  let prefix: String

  func state(of rule: RuleID) -> [UInt8]? {
    let descriptor = open(file(of: rule), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_size > 0 else { return nil }
    let size = Int(information.st_size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let part = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { return }
        count += part
      }
    }
    return bytes.count == size ? bytes : nil
  }

  /// Replaces the file; without it the next audit reads everything, which is slower and as right.
  func keep(_ state: [UInt8], of rule: RuleID) {
    let target = file(of: rule)
    let temporary = "\(target).new"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let isWritten = state.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
    close(descriptor)
    if !isWritten || rename(temporary, target) != 0 { unlink(temporary) }
  }

  private func file(of rule: RuleID) -> String { "\(path)/\(prefix).\(rule.text).keys" }
}
