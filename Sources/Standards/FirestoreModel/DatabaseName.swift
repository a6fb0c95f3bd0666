/// A database of a project: `projects/p/databases/(default)`.
package struct DatabaseName: Sendable, Hashable, CustomStringConvertible {
  package let project: String
  package let database: String

  /// Names a database.
  package init(project: String, database: String = "(default)") {
    self.project = project
    self.database = database
  }

  /// Reads `projects/p/databases/d`, which may be followed by `/documents`.
  ///
  /// - Throws: When the text has another shape.
  package init(parsing text: String) throws(FirestoreFormatError) {
    let parts = text.pathSegments()
    guard parts.count == 4 || (parts.count == 5 && parts[4] == "documents"), parts[0] == "projects",
      parts[2] == "databases", !parts[1].isEmpty, !parts[3].isEmpty
    else { throw FirestoreFormatError("\"\(text)\" is not the name of a database: projects/{project}/databases/{id}.") }
    self.init(project: String(parts[1]), database: String(parts[3]))
  }

  package var description: String { "projects/\(project)/databases/\(database)" }

  /// The parent of all root collections: `projects/p/databases/d/documents`.
  package var documentsRoot: String { description + "/documents" }

  /// The full name of a document of this database.
  package func name(of path: DocumentPath) -> DocumentName {
    DocumentName(project: project, database: database, path: path)
  }
}
