package import FirestoreModel

/// One version of a document, never changed once it is made, so that snapshots share it without a lock.
package final class StoredDocument: Sendable {
  package let collection: CollectionPath
  package let id: String
  package let fields: [String: FirestoreValue]
  package let createTime: StoreTime
  package let updateTime: StoreTime
  /// Bytes that Firestore counts for the document.
  package let size: Int

  /// Makes a version.
  package init(
    collection: CollectionPath, id: String, fields: [String: FirestoreValue], createTime: StoreTime,
    updateTime: StoreTime,
    size: Int
  ) {
    self.collection = collection
    self.id = id
    self.fields = fields
    self.createTime = createTime
    self.updateTime = updateTime
    self.size = size
  }
}
