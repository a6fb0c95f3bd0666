package import YAMLSource

/// A store of the stack: what it speaks and who runs it.
package struct StoreDescription: Sendable {
  /// What a store speaks, with what each way of having one needs.
  package enum Kind: Sendable {
    case postgresql(PostgreSQLSource)
    case firestore(project: String, database: String, FirestoreSource)
  }

  /// Ways to have a PostgreSQL store.
  package enum PostgreSQLSource: Sendable {
    /// A scratch server of the run's own.
    case embedded(ScratchDatabase, port: Int)
    /// Any command that serves the URL.
    case process(ProcessDescription, url: VariableTemplate)
    /// A server that is there; audits read its replica, where one is named.
    case external(url: VariableTemplate, replica: VariableTemplate?, writable: Bool)
  }

  /// Ways to have a Firestore store.
  package enum FirestoreSource: Sendable {
    /// The emulator that comes with Concord.
    case embedded
    /// Any command that serves Firestore's REST interface at an address, as Google's emulator does.
    case process(ProcessDescription, address: VariableTemplate)
    /// An emulator that is there, `host:port`.
    case emulator(address: VariableTemplate, writable: Bool)
    /// Firestore itself, reached with a bearer token.
    case service(url: VariableTemplate, token: VariableTemplate?, writable: Bool)
  }

  /// Unique among stores and services.
  package let name: String
  package let kind: Kind
  /// Where the file describes it.
  package let location: SourceLocation

  /// The command that runs it, if one of the user's does.
  package var process: ProcessDescription? {
    switch kind {
    case .postgresql(.process(let process, _)), .firestore(_, _, .process(let process, _)): process
    default: nil
    }
  }

  /// Whether it was there before the run, and will be there after it.
  package var isExternal: Bool {
    switch kind {
    case .postgresql(.external), .firestore(_, _, .emulator), .firestore(_, _, .service): true
    default: false
    }
  }

  /// Whether a dataset may be loaded into it.
  package var isWritable: Bool {
    switch kind {
    case .postgresql(.external(_, _, let writable)), .firestore(_, _, .emulator(_, let writable)),
      .firestore(_, _, .service(_, _, let writable)):
      writable
    default: true
    }
  }
}
