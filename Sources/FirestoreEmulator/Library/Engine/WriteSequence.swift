import FirestoreModel

/// Finds writes of one commit that contradict each other, before anything is applied.
///
/// After a write of a document it is known whether the document exists; a later write of the same commit that demands
/// the opposite cannot succeed whatever is stored, and Firestore calls that a malformed request.
enum WriteSequence {
  private struct Known {
    let exists: Bool
    let verb: String
  }

  static func check(_ writes: [Write]) throws(EmulatorError) {
    guard writes.count > 1 else { return }
    var known: [DocumentPath: Known] = [:]
    for write in writes {
      let verb = verb(of: write)
      if case .exists(let required)? = write.currentDocument, let earlier = known[write.document.path],
        earlier.exists != required
      {
        throw .invalid("Cannot \(earlier.verb) then \(verb) an entity in the same request.")
      }
      known[write.document.path] = Known(exists: write.operation != .delete, verb: verb)
    }
  }

  private static func verb(of write: Write) -> String {
    if write.operation == .delete { return "delete" }
    switch write.currentDocument {
    case .exists(false)?: return "insert"
    case .exists(true)?, .updateTime?: return "update"
    case nil: return "upsert"
    }
  }
}
