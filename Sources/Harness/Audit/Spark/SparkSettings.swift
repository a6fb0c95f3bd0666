/// Where an audit finds its candidates.
package enum AuditEngine: Sendable {
  /// In this process.
  case native
  /// On Spark, for data that no single machine should read; what it finds is proved here.
  case spark(any SparkRunner, SparkSettings)
}

/// Runs scripts of Spark SQL, on a cluster or on this machine.
package protocol SparkRunner: Sendable {
  /// What runs the scripts, for people.
  var name: String { get }
  /// A folder that Spark's executors read as well; nil where they run on other machines.
  var folder: String? { get }

  /// Runs a script to its end and hands over the lines that it answers.
  ///
  /// The script reads secrets from the environment. Throws when Spark cannot be started or fails, with what it said;
  /// ends Spark when the task is cancelled.
  func run(
    _ script: String, environment: [String: String], answer: (Substring) throws -> Void
  ) async throws
}

/// What Spark is to read, and how.
package struct SparkSettings: Sendable, Hashable {
  /// Exports of collections that are read in place of Firestore.
  package var exports: [SparkExport]
  /// Reads of one relation at the same time, where its key is an integer.
  package var partitions: Int

  /// Reads four parts at a time, and collections through Concord where there is no export.
  package init(exports: [SparkExport] = [], partitions: Int = 4) {
    self.exports = exports
    self.partitions = partitions
  }
}

/// An export of a collection that Spark can read: a file or folder, of one row per document.
package struct SparkExport: Sendable, Hashable {
  /// How the rows are written.
  package enum Format: String, Sendable, Hashable, CaseIterable {
    case parquet
    /// One JSON object a line.
    case json
  }

  package let store: String
  package let collection: String
  /// A path or URI that all executors can read.
  package let path: String
  package let format: Format
  /// Path of the column that holds the document's id.
  package let id: [String]

  /// Names an export.
  package init(store: String, collection: String, path: String, format: Format, id: [String]) {
    self.store = store
    self.collection = collection
    self.path = path
    self.format = format
    self.id = id
  }
}
