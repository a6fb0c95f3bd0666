package import FirestoreModel
package import RFC3339

/// What `batchGet` found out: every document asked for is in exactly one of the two lists.
package struct BatchGetResult: Sendable, Hashable {
  /// The documents that exist, each once, in the server's order.
  package var found: [FirestoreDocument]

  /// The paths at which no document exists, each once.
  package var missing: [DocumentPath]

  /// The time of which the result is a picture; nil when nothing was asked for.
  package var readTime: Timestamp?

  /// Creates a result; stand-ins for the server use this.
  package init(found: [FirestoreDocument], missing: [DocumentPath], readTime: Timestamp?) {
    self.found = found
    self.missing = missing
    self.readTime = readTime
  }
}

/// The documents of a query.
package struct QueryResult: Sendable, Hashable {
  /// The documents in the order of the query.
  package var documents: [FirestoreDocument]

  /// The time of which the result is a picture.
  package var readTime: Timestamp?

  /// Creates a result; stand-ins for the server use this.
  package init(documents: [FirestoreDocument], readTime: Timestamp?) {
    self.documents = documents
    self.readTime = readTime
  }
}

/// What a scan went over.
package struct ScanResult: Sendable, Hashable {
  /// How many documents were handed out.
  package var count: Int

  /// The one time of which all of them are a picture.
  package var readTime: Timestamp?
}

/// What a commit did.
package struct CommitResult: Sendable, Hashable {
  /// When the commit took effect; nil when there was nothing to write and the server gives no time, as Google's does.
  package var commitTime: Timestamp?

  /// One result per write, in order.
  package var writes: [WriteResult]
}

/// What one write of a commit did.
package struct WriteResult: Sendable, Hashable {
  /// When the document last changed; nil after a delete.
  package var updateTime: Timestamp?

  /// The values that the server computed, one per transform, in order.
  package var transformResults: [FirestoreValue]
}

/// An open transaction, by the id that the server gave it.
package struct FirestoreTransaction: Sendable, Hashable {
  /// The id in base64, as the server sent it.
  package let id: String
}

/// What a transaction may do.
package enum FirestoreTransactionMode: Sendable, Hashable {
  /// Reads and writes; names the transaction that it tries again, if any.
  case readWrite(retrying: FirestoreTransaction?)
  /// Only reads, at a time in the past if one is given.
  case readOnly(readTime: Timestamp?)
}
