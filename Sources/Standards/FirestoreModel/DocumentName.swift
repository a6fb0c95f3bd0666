/// The full name of a document: `projects/p/databases/d/documents/users/u1`.
package struct DocumentName: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let project: String
  package let database: String
  package let path: DocumentPath

  /// Names a document.
  package init(project: String, database: String = "(default)", path: DocumentPath) {
    self.project = project
    self.database = database
    self.path = path
  }

  /// Reads a full name.
  ///
  /// - Throws: When a part is missing, empty, or the path is not a document's.
  package init(parsing text: String) throws(FirestoreFormatError) {
    let parts = text.pathSegments(maxSplits: 5)
    guard parts.count == 6, parts[0] == "projects", parts[2] == "databases", parts[4] == "documents",
      !parts[1].isEmpty, !parts[3].isEmpty
    else {
      throw FirestoreFormatError(
        "Document name \"\(text)\" has invalid format: projects/{project}/databases/{id}/documents/{path} is expected.")
    }
    self.init(project: String(parts[1]), database: String(parts[3]), path: try DocumentPath(String(parts[5])))
  }

  /// The database that holds the document.
  package var databaseName: DatabaseName { DatabaseName(project: project, database: database) }

  package var description: String { "projects/\(project)/databases/\(database)/documents/\(path)" }

  /// Whether `left` sorts first: by project, database, then Firestore's order of paths.
  package static func < (left: DocumentName, right: DocumentName) -> Bool {
    let byProject = UTF8Order.compare(left.project, right.project)
    if byProject != 0 { return byProject < 0 }
    let byDatabase = UTF8Order.compare(left.database, right.database)
    return byDatabase != 0 ? byDatabase < 0 : left.path < right.path
  }
}
