package import Firestore
package import Postgres

/// A store as the auditor reads it.
package enum AuditedStore: Sendable {
  /// Connected with read-only access; the audit's sessions are read-only whatever the role may do.
  case postgresql(PostgresConfiguration)
  case firestore(FirestoreClient)
}
