package import FirestoreModel
import RFC3339

/// What one write of a commit did.
package struct WriteOutcome: Sendable, Hashable {
  /// When the document last changed, which is before the commit when the write changed nothing; nil after a delete.
  package let updateTime: StoreTime?
  /// One value per transform, in order.
  package let transformResults: [FirestoreValue]
}

/// The writes of one commit, applied in order on top of the stored state without touching it.
///
/// Each write sees what the earlier ones of the same commit did, preconditions included; a refusal anywhere leaves
/// nothing behind, because the changes are handed to the store only at the end.
struct WriteBatch {
  private struct Pending {
    let before: StoredDocument?
    var after: StoredDocument?
    var transforms = 0
  }

  private let view: any CommitView
  /// One value for the whole commit, to the millisecond as in production.
  private let requestTime: Timestamp
  private var pending: [DocumentPath: Pending] = [:]
  private var order: [DocumentPath] = []

  init(on view: any CommitView) {
    self.view = view
    let milliseconds = view.time.microseconds / 1_000
    requestTime = StoreTime(microseconds: milliseconds * 1_000).timestamp
  }

  /// Applies a write.
  mutating func apply(_ write: Write) throws(EmulatorError) -> WriteOutcome {
    let path = write.document.path
    try DocumentRules.check(path)
    var entry = pending[path] ?? load(path)
    let current = entry.after
    try check(write.currentDocument, against: current, name: write.document)
    entry.transforms += write.transforms.count
    guard entry.transforms <= FirestoreLimits.transformsPerDocument else {
      throw .invalid("A commit can apply at most \(FirestoreLimits.transformsPerDocument) transforms to one document.")
    }
    let outcome = try outcome(of: write, on: current, path: path)
    entry.after = outcome.document
    if pending.updateValue(entry, forKey: path) == nil { order.append(path) }
    return WriteOutcome(updateTime: outcome.document?.updateTime, transformResults: outcome.transformResults)
  }

  /// What the store has to change, in the order of first mention.
  var changes: [DocumentChange] {
    order.compactMap { path in
      guard let entry = pending[path], entry.before !== entry.after else { return nil }
      return DocumentChange(collection: path.parent, id: path.id, before: entry.before, after: entry.after)
    }
  }

  private func load(_ path: DocumentPath) -> Pending {
    let stored = view.document(path.id, in: path.parent)
    return Pending(before: stored, after: stored)
  }

  private func check(
    _ precondition: Precondition?, against current: StoredDocument?, name: DocumentName
  ) throws(EmulatorError) {
    switch precondition {
    case nil: return
    case .exists(true)?:
      if current == nil { throw EmulatorError(.notFound, "No document to update: \(name)") }
    case .exists(false)?:
      if current != nil { throw EmulatorError(.alreadyExists, "Document already exists: \(name)") }
    case .updateTime(let time)?:
      let required = StoreTime(time)
      guard required <= view.time else { throw .invalid("The update_time of a precondition cannot be in the future.") }
      let stored = current?.updateTime.microseconds ?? 0
      guard current != nil, stored == required.microseconds, time.nanoseconds % 1_000 == 0 else {
        throw EmulatorError(
          .failedPrecondition,
          "the stored version (\(stored)) does not match the required base version (\(required.microseconds))")
      }
    }
  }

  private func outcome(
    of write: Write, on current: StoredDocument?, path: DocumentPath
  ) throws(EmulatorError) -> (document: StoredDocument?, transformResults: [FirestoreValue]) {
    var fields: [String: FirestoreValue]
    switch write.operation {
    case .delete:
      return (nil, [])
    case .transform:
      fields = current?.fields ?? [:]
    case .update(let values, nil):
      try DocumentRules.check(values)
      fields = values
    case .update(let values, let mask?):
      fields = current?.fields ?? [:]
      for path in mask where path != .documentID {
        if let value = FirestoreValue.value(at: path, in: values) {
          try DocumentRules.check(value, of: path)
          FieldTree.set(value, at: path, in: &fields)
        } else {
          FieldTree.remove(at: path, in: &fields)
        }
      }
    }
    var results: [FirestoreValue] = []
    for transform in write.transforms {
      results.append(try TransformRules.apply(transform, to: &fields, requestTime: requestTime))
    }
    if let current, current.fields == fields { return (current, results) }
    let size = try DocumentRules.size(of: fields, at: path, name: write.document)
    let document = StoredDocument(
      collection: path.parent, id: path.id, fields: fields, createTime: current?.createTime ?? view.time,
      updateTime: view.time, size: size)
    return (document, results)
  }
}
