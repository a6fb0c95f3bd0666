internal import FoundationEssentials
package import Testing

/// Compares text with a file under `Goldens` beside the test's own file.
///
/// `RECORD_SNAPSHOTS=1` writes the file and fails, so that nobody records by accident.
package func expectGolden(
  _ text: String, _ name: String, beside test: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: test).deletingLastPathComponent().appending(path: "Goldens/\(name)")
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name)", sourceLocation: sourceLocation)
    return
  }
  let golden = try String(contentsOf: file, encoding: .utf8)
  guard golden != text else { return }
  let expected = golden.split(separator: "\n", omittingEmptySubsequences: false)
  let actual = text.split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(expected, actual).prefix { $0 == $1 }.count
  let wanted = line < expected.count ? expected[line] : "(end)"
  let got = line < actual.count ? actual[line] : "(end)"
  Issue.record(
    "\(name) differs from line \(line + 1):\n  golden \(wanted.prefix(300))\n  now    \(got.prefix(300))",
    sourceLocation: sourceLocation)
}
