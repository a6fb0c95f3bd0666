package import Firestore
package import Postgres

/// A store as the auditor reads it.
package enum AuditedStore: Sendable {
  /// Connected with read-only access; the audit's sessions are read-only whatever the role may do.
  ///
  /// Where it is a replica, `primary` tells how far it must have come before something is concluded from it.
  case postgresql(PostgresConfiguration, primary: PostgresConfiguration? = nil)
  case firestore(FirestoreClient)
}
