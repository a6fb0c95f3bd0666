package import YAMLSource

/// A text of `stack.yaml` with variables in it, parsed and checked when the file is loaded.
package struct VariableTemplate: Sendable, Hashable {
  /// A piece of the text.
  package enum Part: Sendable, Hashable {
    case literal(String)
    case variable(StackVariable)
  }

  package let parts: [Part]
  /// Where the text stands.
  package let location: SourceLocation

  /// The text with each variable replaced.
  package func expanded<Failure: Error>(_ value: (StackVariable) throws(Failure) -> String) throws(Failure) -> String {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .variable(let variable): text += try value(variable)
      }
    }
    return text
  }

  /// The variables, in order.
  package var variables: [StackVariable] {
    parts.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
  }
}

/// A variable whose value is known only when the stack runs; those of the environment are replaced at load.
package enum StackVariable: Sendable, Hashable {
  /// Folder of the Concord programs: `${concord.bin}`.
  case binaries
  /// Folder of `stack.yaml`: `${concord.stack}`.
  case stackFolder
  /// Port of the component that the text belongs to: `${self.port}`.
  case ownPort
  /// Its `host:port`: `${self.address}`.
  case ownAddress
  /// A property of a store: `${stores.NAME.url}`.
  case store(String, StoreProperty)
  /// A property of a service: `${services.NAME.url}`.
  case service(String, ServiceProperty)

  /// What can be told about a store.
  package enum StoreProperty: String, Sendable, Hashable, CaseIterable {
    case host, port, address, url, project, database, user, password

    /// Those that a PostgreSQL store has.
    static let ofPostgreSQL: [StoreProperty] = [.host, .port, .address, .url, .database, .user, .password]
    /// Those that a Firestore store has.
    static let ofFirestore: [StoreProperty] = [.host, .port, .address, .url, .project, .database]
  }

  /// What can be told about a service.
  package enum ServiceProperty: String, Sendable, Hashable, CaseIterable {
    case url, host, port, address
  }
}
