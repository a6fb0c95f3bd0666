package import Firestore
package import HTTP
package import Postgres

/// A store of a running stack, with what is needed to talk to it.
package enum RunningStore: Sendable {
  /// PostgreSQL: as its owner, and as a role that can only read; audits read a replica where there is one, and ask the
  /// primary how far it must have come.
  case postgresql(PostgresConfiguration, audit: PostgresConfiguration, primary: PostgresConfiguration?)
  /// Firestore, with a function that makes clients for it.
  case firestore(
    FirestoreEndpoint, project: String, database: String, client: @Sendable (HTTPClient) -> FirestoreClient)

  static func firestore(_ endpoint: FirestoreEndpoint, project: String, database: String) -> RunningStore {
    .firestore(endpoint, project: project, database: database) { http in
      FirestoreClient(http: http, endpoint: endpoint, project: project, database: database)
    }
  }
}
