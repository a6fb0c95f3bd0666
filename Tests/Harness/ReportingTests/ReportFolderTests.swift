import FoundationEssentials
import Reporting
import RunModel
import Testing

@Suite("The reports folder") struct ReportFolderTests {
  private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test("is made with its parents, and holds one file per report")
  func write() throws {
    try withTemporaryFolder { path in
      let folder = try ReportFolder(preparing: "\(path)/a/b")
      let reports = ReportCatalog.all(junitDialect: .strict)
      try folder.write(try SampleRun.clean(), as: reports)
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(path)/a/b").sorted()
      #expect(files == ["index.html", "junit.xml", "run.json"])
      #expect(folder.path(of: reports[0]) == "\(path)/a/b/index.html")
    }
  }

  @Test("is refused before anything starts when a file is in its place")
  func fileInTheWay() throws {
    try withTemporaryFolder { path in
      try Data("x".utf8).write(to: URL(filePath: "\(path)/reports"))
      #expect(throws: ReportFolder.Failure.self) { try ReportFolder(preparing: "\(path)/reports") }
      #expect(throws: ReportFolder.Failure.self) { try ReportFolder(preparing: "\(path)/reports/below") }
    }
  }

  @Test("one report that cannot be written does not keep back the others")
  func partialFailure() throws {
    try withTemporaryFolder { path in
      let folder = try ReportFolder(preparing: path)
      try FileManager.default.createDirectory(atPath: "\(path)/index.html/x", withIntermediateDirectories: true)
      #expect(throws: ReportFolder.Failure.self) {
        try folder.write(try SampleRun.clean(), as: ReportCatalog.all(junitDialect: .strict))
      }
      #expect(FileManager.default.fileExists(atPath: "\(path)/junit.xml"))
    }
  }
}
