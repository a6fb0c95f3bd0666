import DataContract
import Firestore
import FirestoreModel
import RFC3339
import RunModel

/// Proposes writes for documents whose keys are missing, each on the condition that the document is as it was.
struct FirestoreRepairer: Sendable {
  let check: ReferenceCheck
  let source: FirestoreKeySource

  private var relation: FirestoreRelation { source.relation }
  private var field: FieldPath { relation.fields[0] }

  /// Adds what can be done for the violations, and what cannot.
  func propose(
    _ violations: [ReferenceReconciler.Violation], _ guesses: [Key: KeyGuess], to repairs: inout RuleRepairs
  ) async throws {
    var keys: [DocumentPath: [ReferenceReconciler.Violation]] = [:]
    for violation in violations {
      guard let id = violation.row.identity.first?.value else { continue }
      keys[try relation.collection.document(id), default: []].append(violation)
    }
    var refused: [String: [ReferenceReconciler.Violation]] = [:]
    for part in keys.keys.sorted().parts(of: FirestoreClient.batchGetLimit) {
      for document in try await source.client.batchGet(Array(part)).found.sorted(by: { $0.name < $1.name }) {
        let found = keys[document.name.path] ?? []
        let value = FirestoreRelation.value(of: field, in: document)
        let missing = Set(found.map(\.row.key)).intersection((value?.keyTexts ?? []).map { Key([$0]) })
        guard let value, !missing.isEmpty else { continue }
        do throws(RepairAction.Refusal) {
          repairs.documents.append(try repair(document, value, missing, guesses))
        } catch {
          refused[error.reason, default: []] += found
        }
      }
    }
    for (reason, violations) in refused.sorted(by: { $0.key < $1.key }) { repairs.refuse(violations, reason, source) }
  }

  private func repair(
    _ document: FirestoreDocument, _ value: FirestoreValue, _ missing: Set<Key>, _ guesses: [Key: KeyGuess]
  ) throws(RepairAction.Refusal) -> DocumentRepair {
    guard let time = document.updateTime else {
      throw RepairAction.Refusal(reason: "Firestore did not tell when the document was written")
    }
    var possible = RepairAction.Possibilities()
    if field.isDocumentID { possible.unchangeable = "the key is the document's id" }
    // Only a text can be put right by another text.
    let isText = if case .string = value { true } else { false }
    let guess =
      missing.count == 1 ? missing.first.flatMap { guesses[$0] }.flatMap { isText || $0.kind == .late ? $0 : nil } : nil
    if case .array(let elements) = value, check.repair != .delete {
      // An array without them is still one, so nobody's rule about the field is broken.
      let action = try RepairAction(check.repair ?? .clear, guess, isOptional: true, possible)
      let kept = elements.filter { element in element.keyText.map { !missing.contains(Key([$0])) } ?? true }
      return change(document, time, action, from: value, to: .array(kept))
    }
    let action = try RepairAction(check.repair, guess, isOptional: check.isOptional, possible)
    switch action {
    case .clear: return change(document, time, action, from: value, to: nil)
    case .set(let key): return change(document, time, action, from: value, to: .string(key.parts[0]))
    case .delete:
      return DocumentRepair(
        store: relation.store, what: "remove documents of \(relation.collection); collections below them stay",
        write: .delete(document.name, currentDocument: .updateTime(time)),
        undo: .create(document.name, document.fields))
    }
  }

  private func change(
    _ document: FirestoreDocument, _ time: Timestamp, _ action: RepairAction, from old: FirestoreValue,
    to new: FirestoreValue?
  ) -> DocumentRepair {
    let what =
      switch action {
      case .set(let key): "set \(field) of documents of \(relation.collection) to \(key)"
      default: "take the key out of \(field) of documents of \(relation.collection)"
      }
    return DocumentRepair(
      store: relation.store, what: what,
      write: Write(
        document.name, .update(fields: fields(new), mask: [field]), currentDocument: .updateTime(time)),
      undo: Write(document.name, .update(fields: fields(old), mask: [field]), currentDocument: .exists(true)))
  }

  /// The field alone, at its place.
  private func fields(_ value: FirestoreValue?) -> [String: FirestoreValue] {
    guard let value else { return [:] }
    let inner = field.segments.dropFirst().reversed().reduce(value) { .map([$1: $0]) }
    return [field.segments[0]: inner]
  }
}
