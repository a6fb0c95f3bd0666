package import FirestoreModel
package import HTTP

/// A client of Cloud Firestore's REST API v1, for one database.
///
/// Reads are never partial: an answer that is cut, malformed or turns into an error throws. Failures that pass are
/// tried again where that cannot write anything twice.
package struct FirestoreClient: Sendable {
  /// The database that all paths belong to.
  package let database: DatabaseName

  private(set) var transport: FirestoreTransport

  /// Creates a client; `timeout` bounds each request, `retry` says how often and when a failed one is sent again.
  package init(
    http: HTTPClient,
    endpoint: FirestoreEndpoint,
    project: String,
    database: String = "(default)",
    retry: RetryPolicy = RetryPolicy(),
    timeout: Duration = .seconds(60)
  ) {
    self.database = DatabaseName(project: project, database: database)
    transport = FirestoreTransport(
      http: http, endpoint: endpoint, database: self.database, retry: retry, timeout: timeout)
  }

  /// The same client with its reads counted by a meter.
  package func metered(by meter: ReadMeter) -> FirestoreClient {
    var client = self
    client.transport.meter = meter
    return client
  }

  /// Where the database is reached: scheme and authority.
  package var baseURL: String { transport.endpoint.baseURL }

  /// The full name of a document of this database.
  package func name(of path: DocumentPath) -> DocumentName {
    database.name(of: path)
  }

  /// The name as a value that queries compare `__name__` with.
  package func reference(to path: DocumentPath) -> FirestoreValue {
    .reference(name(of: path).description)
  }
}
