package import FirestoreModel

/// What a look-up of documents found.
package struct LookupAnswer: Sendable {
  package let openedTransaction: [UInt8]?
  package let readTime: StoreTime
  /// In the order of the request, each name once; nil for a missing document.
  package let documents: [(name: DocumentName, document: StoredDocument?)]
}

/// What a commit did.
package struct CommitAnswer: Sendable {
  package let commitTime: StoreTime
  /// One per write.
  package let outcomes: [WriteOutcome]
}

extension FirestoreEngine {
  /// Reads one document.
  ///
  /// - Throws: NOT_FOUND when there is none.
  package func get(_ name: DocumentName, _ moment: ReadMoment) throws(EmulatorError) -> StoredDocument {
    let answer = try lookup([name], in: name.databaseName, moment)
    guard let document = answer.documents.first?.document else {
      throw EmulatorError(.notFound, "Document \"\(name)\" not found.")
    }
    return document
  }

  /// Reads documents; repeated names are answered once.
  package func lookup(
    _ names: [DocumentName], in database: DatabaseName, _ moment: ReadMoment
  ) throws(EmulatorError) -> LookupAnswer {
    for name in names { try check(name, isIn: database) }
    let reading = try read(moment, in: database)
    var seen: Set<DocumentPath> = []
    var found: [(name: DocumentName, document: StoredDocument?)] = []
    for name in names where seen.insert(name.path).inserted {
      found.append((name, reading.snapshot.document(name.path.id, in: name.path.parent)))
    }
    try note(reading, in: database, documents: names.map(\.path))
    return LookupAnswer(openedTransaction: reading.opened, readTime: reading.snapshot.time, documents: found)
  }

  /// Applies writes in order, all or none.
  ///
  /// - Throws: The refusal of the first write that fails; ABORTED when the transaction read what others changed since.
  package func commit(
    _ writes: [Write], to database: DatabaseName, transaction id: [UInt8]? = nil
  ) throws(EmulatorError) -> CommitAnswer {
    for write in writes { try check(write.document, isIn: database) }
    try WriteSequence.check(writes)
    let transaction = try id.map { id throws(EmulatorError) in try transactions.finish(id, in: database) }
    if let transaction, transaction.mode != .readWrite, !writes.isEmpty {
      throw .invalid("Cannot modify entities in a read-only transaction.")
    }
    return try store.commit(to: database) { view throws(EmulatorError) in
      if let transaction, transaction.mode == .readWrite, let snapshot = transaction.snapshot, !writes.isEmpty {
        // Nil means that history no longer reaches back to the snapshot, so a conflict cannot be excluded.
        guard view.anyChange(since: snapshot, transaction.isAffected(by:)) == false else {
          throw EmulatorError(.aborted, "Too much contention on these documents. Please try again.")
        }
      }
      var batch = WriteBatch(on: view)
      var outcomes: [WriteOutcome] = []
      for write in writes { outcomes.append(try batch.apply(write)) }
      return CommitPlan(changes: batch.changes, outcome: CommitAnswer(commitTime: view.time, outcomes: outcomes))
    }
  }

  /// Applies each write on its own: some may fail while others stay.
  ///
  /// - Throws: INVALID_ARGUMENT when two writes name the same document.
  package func batchWrite(
    _ writes: [Write], to database: DatabaseName
  ) throws(EmulatorError) -> [Result<WriteOutcome, EmulatorError>] {
    var seen: Set<DocumentPath> = []
    for write in writes {
      try check(write.document, isIn: database)
      guard seen.insert(write.document.path).inserted else {
        throw .invalid("the same document cannot be written more than once in a single request")
      }
    }
    return writes.map { write in
      do throws(EmulatorError) {
        return .success(try commit([write], to: database).outcomes[0])
      } catch {
        return .failure(error)
      }
    }
  }

  /// A path for a new document: with the given id, or 20 random characters.
  package func newDocument(in collection: CollectionPath, id: String?) throws(EmulatorError) -> DocumentPath {
    if let id { try DocumentRules.check(id: id, kind: "Resource") }
    let chosen = id ?? random.identifier(length: 20)
    return try refusing { () throws(FirestoreFormatError) in try collection.document(chosen) }
  }

  private func check(_ name: DocumentName, isIn database: DatabaseName) throws(EmulatorError) {
    guard name.databaseName == database else {
      throw .invalid("Document name \"\(name)\" is not in the database of the request, \"\(database)\".")
    }
  }
}
